import { type OwnServer, startOwnRedis, waitFor } from '@fondasi/testing'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { checkRedis, connected, createRedis } from './index.ts'

let server: OwnServer
let lines: { level: number; msg: string; redis?: string }[]
let log: pino.Logger

beforeAll(async () => {
  server = await startOwnRedis()
})
afterAll(() => server.stop())
beforeEach(() => {
  lines = []
  log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
})

function create(profile: 'request' | 'worker') {
  const redis = createRedis({ url: server.url, profile, connectionName: `test-${profile}`, log })
  onTestFinished(() => redis.disconnect())
  return redis
}

/** Kills the server for the duration of one test. */
async function whileAway(during: () => Promise<void>): Promise<void> {
  await server.kill()
  try {
    await during()
  } finally {
    await server.restart()
  }
}

test('request profile: while redis is away a command fails within its time, and works again by itself', async () => {
  const redis = create('request')
  expect(await connected(redis, 5_000)).toBe(true)
  await whileAway(async () => {
    const startedAt = performance.now()
    await expect(redis.get('key')).rejects.toThrow(Error)
    await expect(checkRedis(redis)).rejects.toThrow(Error)
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
  await waitFor(() => redis.get('key').then(() => true), { what: 'commands to work again' })
})

test('request profile: a redis that hangs costs a request no more than 250 ms', async () => {
  const redis = create('request')
  await connected(redis, 5_000)
  await redis.client('PAUSE', 700, 'ALL')
  const startedAt = performance.now()
  await expect(redis.get('key')).rejects.toThrow('Command timed out')
  expect(performance.now() - startedAt).toBeLessThan(500)
})

test('worker profile: a command given while redis is away is done when it is back', async () => {
  const redis = create('worker')
  let pending: Promise<string> | undefined
  await whileAway(async () => {
    pending = redis.set('late', 'yes')
    await expect(checkRedis(redis)).rejects.toThrow('did not answer within 1000 ms')
  })
  expect(await pending).toBe('OK')
})

test('start: a process may start before redis does', async () => {
  let redis: ReturnType<typeof create> | undefined
  await whileAway(async () => {
    redis = create('request')
    expect(await connected(redis, 100)).toBe(false)
  })
  expect(redis !== undefined && (await connected(redis, 5_000))).toBe(true)
})

test('log: an outage is two lines, however many attempts it took', async () => {
  const redis = create('request')
  await connected(redis, 5_000)
  let attempts = 0
  redis.on('reconnecting', () => attempts++)
  await whileAway(async () => {
    await waitFor(() => attempts >= 5, { what: 'five attempts' })
  })
  expect(await connected(redis, 5_000)).toBe(true)
  expect(lines.map(({ msg, redis: name }) => `${name}: ${msg}`)).toEqual([
    'test-request: redis is away',
    'test-request: redis is back',
  ])
})

test('key prefix: keys get it, channels do not', async () => {
  const redis = createRedis({
    url: server.url,
    profile: 'request',
    connectionName: 'prefixed',
    log,
    keyPrefix: 'app:',
  })
  const plain = create('request')
  onTestFinished(() => redis.disconnect())
  await Promise.all([connected(redis, 5_000), connected(plain, 5_000)])
  await redis.set('key', 'value')
  expect(await plain.get('app:key')).toBe('value')
})
