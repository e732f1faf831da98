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

/** Kills the server while `during` runs. */
async function whileAway(during: () => Promise<void>): Promise<void> {
  await server.kill()
  try {
    await during()
  } finally {
    await server.restart()
  }
}

test('request profile: while Redis is away a command fails, and afterwards commands work again', async () => {
  const redis = create('request')
  expect(await connected(redis, 20_000)).toBe(true)
  await whileAway(async () => {
    await expect(redis.get('key')).rejects.toThrow(Error)
    await expect(checkRedis(redis)).rejects.toThrow(Error)
  })
  await waitFor(() => redis.get('key').then(() => true), {
    what: 'commands to work again',
    timeoutMs: 20_000,
  })
})

test('request profile: while Redis hangs, a command fails with a timeout', async () => {
  const redis = create('request')
  await connected(redis, 20_000)
  const other = create('worker')
  await other.client('PAUSE', 1_500, 'ALL')
  await expect(redis.get('key')).rejects.toThrow('Command timed out')
})

test('worker profile: a command that is sent while Redis is away runs when it is back', async () => {
  const redis = create('worker')
  let pending: Promise<string> | undefined
  await whileAway(async () => {
    pending = redis.set('late', 'yes')
    await expect(checkRedis(redis)).rejects.toThrow('did not answer within 1000 ms')
  })
  expect(await pending).toBe('OK')
})

test('health check: a Redis that is full answers PING, but fails the check until it has room again', async () => {
  const redis = create('worker')
  const admin = create('worker')
  await admin.config('SET', 'maxmemory', '1')
  try {
    expect(await redis.ping()).toBe('PONG')
    await expect(checkRedis(redis)).rejects.toThrow('OOM')
  } finally {
    await admin.config('SET', 'maxmemory', '0')
  }
  await checkRedis(redis)
})

test('health check: its key has the client’s prefix and expires', async () => {
  const redis = createRedis({
    url: server.url,
    profile: 'worker',
    connectionName: 'p',
    log,
    keyPrefix: 'app:',
  })
  onTestFinished(() => redis.disconnect())
  const plain = create('worker')
  await checkRedis(redis)
  expect(await plain.ttl('app:health-check')).toBeGreaterThan(0)
})

test('start: a process may start before Redis does', async () => {
  let redis: ReturnType<typeof create> | undefined
  await whileAway(async () => {
    redis = create('request')
    expect(await connected(redis, 100)).toBe(false)
  })
  expect(redis !== undefined && (await connected(redis, 20_000))).toBe(true)
})

test('log: an outage is two lines, however many reconnects fail', async () => {
  const redis = create('request')
  await connected(redis, 20_000)
  let attempts = 0
  redis.on('reconnecting', () => attempts++)
  await whileAway(async () => {
    await waitFor(() => attempts >= 5, { what: 'five attempts', timeoutMs: 20_000 })
  })
  expect(await connected(redis, 20_000)).toBe(true)
  expect(lines.map(({ msg, redis: name }) => `${name}: ${msg}`)).toEqual([
    'test-request: lost the connection to Redis; reconnecting',
    'test-request: Redis is connected again',
  ])
})

test('key prefix: a command’s keys get it', async () => {
  const redis = createRedis({
    url: server.url,
    profile: 'worker',
    connectionName: 'prefixed',
    log,
    keyPrefix: 'app:',
  })
  const plain = create('worker')
  onTestFinished(() => redis.disconnect())
  await Promise.all([connected(redis, 20_000), connected(plain, 20_000)])
  await redis.set('key', 'value')
  expect(await plain.get('app:key')).toBe('value')
})
