import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  always,
  loadConfig,
  renderEnvExample,
  renderSettingsTable,
  secretKey,
  serviceSettings,
} from './index.ts'
import { cidrList, csv, isSafeFromListeners, postgresUrl, redisUrl } from './setting-types.ts'

const demoKey = Buffer.alloc(32, 'demo').toString('base64url')
const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(4101).meta({ description: 'Port to listen on' }),
  ORIGINS: csv().meta({ description: 'Allowed origins' }),
  PROXIES: cidrList().meta({ description: 'Trusted proxies' }),
  MASTER_KEY: secretKey().meta({ description: 'Key of keys', secret: true, demo: demoKey }),
})

describe('config', () => {
  test('gives typed, frozen settings', () => {
    const config = loadConfig(schema, { PORT: '8080', ORIGINS: 'http://a, http://b', MASTER_KEY: demoKey })
    expect(config).toMatchObject({ PORT: 8080, ORIGINS: ['http://a', 'http://b'], PROXIES: [] })
    expect(config.MASTER_KEY).toHaveLength(32)
    expect(Object.isFrozen(config)).toBe(true)
  })

  test('names every problem in one message', () => {
    expect(() => loadConfig(schema, { PORT: 'x', PROXIES: '10.0.0.0/33' })).toThrow(
      /3 problems[\s\S]*PORT[\s\S]*PROXIES[\s\S]*MASTER_KEY/,
    )
  })

  test('says of a setting that is not set that it is missing, and of text that is no number what was expected', () => {
    const settings = z.object({
      TEXT: z.string(),
      EMPTY: z.string(),
      DATABASE_URL: postgresUrl(),
      MODE: z.enum(['fast', 'safe']),
      SECONDS: z.coerce.number(),
      PORT: z.coerce.number(),
      COPIES: z.coerce.number().int().meta({ description: 'How many' }),
    })
    expect(() => loadConfig(settings, { EMPTY: '', PORT: 'x', COPIES: '1.5' })).toThrow(
      `The configuration has 7 problems:
  - TEXT: is missing
  - EMPTY: is missing
  - DATABASE_URL: is missing
  - MODE: is missing
  - SECONDS: is missing
  - PORT: expected a number
  - COPIES: expected a whole number — How many`,
    )
  })

  test('keeps the words of a check on several settings', () => {
    const settings = z
      .object({ A: z.string(), B: z.string().optional() })
      .refine(({ B }) => B !== undefined, { path: ['B'], message: 'is needed with A', when: always })
    expect(() => loadConfig(settings, {})).toThrow(/2 problems[^]*A: is missing[^]*B: is needed with A/)
  })

  test('treats an empty variable as not set', () => {
    expect(loadConfig(schema, { PORT: '', MASTER_KEY: demoKey }).PORT).toBe(4101)
  })

  test('reads a secret from NAME_FILE and drops the final newline', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'key')
    writeFileSync(file, `${'B'.repeat(42)}A\n`)
    expect(loadConfig(schema, { MASTER_KEY_FILE: file }).MASTER_KEY[0]).toBe(4)
    expect(() => loadConfig(schema, { MASTER_KEY_FILE: `${file}.gone` })).toThrow(
      /MASTER_KEY_FILE: cannot read/,
    )
  })

  test('refuses a demo secret in production only', () => {
    expect(() => loadConfig(schema, { NODE_ENV: 'production', MASTER_KEY: demoKey })).toThrow(/demo value/)
    expect(() => loadConfig(schema, { NODE_ENV: 'development', MASTER_KEY: demoKey })).not.toThrow()
  })

  test.each([
    ['zeros', Buffer.alloc(32)],
    ['one byte repeated', Buffer.alloc(32, 0xa7)],
    ['a word repeated', Buffer.alloc(32, 'changeme')],
  ])('refuses a key of %s in production only', (_name, bytes) => {
    const key = { MASTER_KEY: bytes.toString('base64url') }
    expect(() => loadConfig(schema, { NODE_ENV: 'production', ...key })).toThrow(/MASTER_KEY: is not random/)
    expect(() => loadConfig(schema, { NODE_ENV: 'test', ...key })).not.toThrow()
  })

  test('takes every key that was drawn', () => {
    for (let turn = 0; turn < 1_000; turn += 1) {
      const env = { NODE_ENV: 'production', MASTER_KEY: randomBytes(32).toString('base64url') }
      expect(() => loadConfig(schema, env)).not.toThrow()
    }
  })

  test.each([
    ['https://shop.example/auth', true],
    ['http://localhost:4100/auth', true],
    ['http://auth.localhost:4100', true],
    ['http://127.0.0.1:4101', true],
    ['http://[::1]:4101', true],
    ['http://shop.example', false],
    ['http://localhost.shop.example', false],
    ['http://127.0.0.1.shop.example', false],
    ['http://10.0.0.7', false],
    ['ftp://shop.example', false],
  ])('nobody reads along at %s: %s', (address, safe) => {
    expect(isSafeFromListeners(address)).toBe(safe)
  })

  test('refuses an address without TLS in production, where secrets go there', () => {
    const service = z.object(serviceSettings({ name: 'shop', port: 4107, requestsPerMinute: 60 }))
    const env = {
      DATABASE_URL: 'postgres://db',
      REDIS_URL: 'redis://cache',
      PUBLIC_URL: 'http://shop.example',
    }
    expect(loadConfig(service, env)).toMatchObject({ PORT: 4107, ADMIN_PORT: 4207, REDIS_PREFIX: 'shop:' })
    expect(() => loadConfig(service, { ...env, NODE_ENV: 'production' })).toThrow(
      /1 problem:\n {2}- PUBLIC_URL: must begin with https/,
    )
  })

  test.each(['10.0.0.0', '0.0.0.0/0', '::/0', '10.0.0.0/x', 'fe80::/129', 'example/8', '/8'])(
    'refuses %s as an address range',
    (range) => {
      expect(() => loadConfig(schema, { PROXIES: range, MASTER_KEY: demoKey })).toThrow(/PROXIES/)
    },
  )

  test('takes the address of a data store with its own protocol only', () => {
    const stores = z.object({ DATABASE_URL: postgresUrl(), REDIS_URL: redisUrl() })
    const urls = { DATABASE_URL: 'postgresql://a:b@db:5432/auth', REDIS_URL: 'rediss://cache:6379' }
    expect(loadConfig(stores, urls)).toEqual(urls)
    expect(() => loadConfig(stores, { DATABASE_URL: 'http://db', REDIS_URL: 'ftp://cache' })).toThrow(
      /2 problems[^]*postgres:[^]*redis:/,
    )
  })

  test('describes the settings for README and .env.example', () => {
    expect(renderSettingsTable(schema)).toContain('| `PORT` | `4101` | Port to listen on |')
    expect(renderSettingsTable(schema)).toContain(
      '| `MASTER_KEY` (or `MASTER_KEY_FILE`) | required | Key of keys |',
    )
    expect(renderEnvExample(schema)).toContain('# Port to listen on\n# PORT=4101\n')
    expect(renderEnvExample(schema)).toContain(`# Key of keys\nMASTER_KEY=${demoKey}`)
  })
})
