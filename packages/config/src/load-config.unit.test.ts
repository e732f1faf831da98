import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  always,
  baseUrl,
  httpUrl,
  loadConfig,
  renderEnvExample,
  renderSettingsTable,
  secretKey,
  serviceSettings,
  smtpUrl,
} from './index.ts'
import { cidrList, csv, isPrivateInTransit, originList, postgresUrl, redisUrl } from './setting-types.ts'

const demoKey = Buffer.alloc(32, 'demo').toString('base64url')
const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(4101).meta({ description: 'Port to listen on' }),
  ORIGINS: csv().meta({ description: 'Allowed origins' }),
  PROXIES: cidrList().meta({ description: 'Trusted proxies' }),
  MASTER_KEY: secretKey().meta({ description: 'Master key', secret: true, demo: demoKey }),
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

  test('reports an unset setting as missing, and text that is not a number with the expected type', () => {
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

  test('keeps the message of a check that compares several settings', () => {
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

  test('accepts every random key', () => {
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
  ])('%s is private in transit: %s', (address, isPrivate) => {
    expect(isPrivateInTransit(address)).toBe(isPrivate)
  })

  test('refuses an address without TLS in production when secrets are sent to it', () => {
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

  test.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://shop.example/', 'https://shop.example'],
    ['https://shop.example/auth//', 'https://shop.example/auth'],
    ['HTTPS://Shop.example:443/', 'https://shop.example'],
    ['http://localhost:4101', 'http://localhost:4101'],
  ])('a base address %s is %s, so that a path can follow', (given, value) => {
    expect(loadConfig(z.object({ URL: baseUrl() }), { URL: given }).URL).toBe(value)
  })

  test.each([
    'shop.example',
    'ftp://shop.example',
    'javascript:alert(1)',
    'https://user:password@shop.example',
    'https://shop.example?page=1',
    'https://shop.example/#top',
  ])('refuses %s as a base address', (given) => {
    expect(() => loadConfig(z.object({ URL: baseUrl() }), { URL: given })).toThrow(/1 problem:\n {2}- URL: /)
  })

  test('keeps the address of one resource, and accepts only its protocol', () => {
    const addresses = z.object({ KEYS_URL: httpUrl(), SMTP_URL: smtpUrl() })
    const urls = {
      KEYS_URL: 'https://auth.example/keys/?v=1',
      SMTP_URL: 'smtps://user:pass@mail.example:465',
    }
    expect(loadConfig(addresses, urls)).toEqual(urls)
    expect(() =>
      loadConfig(addresses, { KEYS_URL: 'file:///keys', SMTP_URL: 'https://mail.example' }),
    ).toThrow(/2 problems[^]*KEYS_URL: [^]*SMTP_URL: /)
  })

  test('every address of a service is checked and has no slash at its end', () => {
    const service = z.object(serviceSettings({ name: 'shop', port: 4107, requestsPerMinute: 60 }))
    const env = {
      DATABASE_URL: 'postgres://db',
      REDIS_URL: 'redis://cache',
      PUBLIC_URL: 'https://shop.example/',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://traces:4318/',
      ALLOWED_ORIGINS: 'https://shop.example, http://localhost:5173',
    }
    expect(loadConfig(service, env)).toMatchObject({
      PUBLIC_URL: 'https://shop.example',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://traces:4318',
      ALLOWED_ORIGINS: ['https://shop.example', 'http://localhost:5173'],
    })
  })

  test.each([
    '*',
    'null',
    'shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'https://shop.example:443',
    'https://SHOP.example',
    'https://user@shop.example',
    'https://*.shop.example',
    'ftp://shop.example',
  ])('refuses %s as a browser origin, and names it', (entry) => {
    const settings = z.object({ ORIGINS: originList() })
    expect(() => loadConfig(settings, { ORIGINS: `https://good.example,${entry}` })).toThrow(
      `ORIGINS: "${entry}" must be an origin like https://shop.example`,
    )
  })

  test.each(['10.0.0.0', '0.0.0.0/0', '::/0', '10.0.0.0/x', 'fe80::/129', 'example/8', '/8'])(
    'refuses %s as an address range',
    (range) => {
      expect(() => loadConfig(schema, { PROXIES: range, MASTER_KEY: demoKey })).toThrow(/PROXIES/)
    },
  )

  test('accepts the address of a data store only with its own protocol', () => {
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
      '| `MASTER_KEY` (or `MASTER_KEY_FILE`) | required | Master key |',
    )
    expect(renderEnvExample(schema)).toContain('# Port to listen on\n# PORT=4101\n')
    expect(renderEnvExample(schema)).toContain(`# Master key\nMASTER_KEY=${demoKey}`)
  })
})
