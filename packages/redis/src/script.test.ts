import { createTestRedis, startOwnRedis, waitFor } from '@fondasi/testing'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createRedis, defineScript } from './index.ts'

const log = pino({ level: 'silent' })
const addScript = `return redis.call('INCRBY', KEYS[1], ARGV[1])`

function create(options: { url: string; keyPrefix?: string }) {
  const redis = createRedis({ ...options, profile: 'worker', connectionName: 'script-test', log })
  onTestFinished(() => redis.disconnect())
  return redis
}

/** How often Redis has run a command since the last reset of its counts. */
async function callsOf(redis: ReturnType<typeof create>, command: string): Promise<number> {
  const stats = await redis.info('commandstats')
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
}

async function startOwn() {
  const server = await startOwnRedis()
  onTestFinished(() => server.stop())
  const redis = create({ url: server.url })
  return { server, redis, add: defineScript(redis, 'add', addScript) }
}

test('a script gets the client’s key prefix and its arguments, and returns the answer', async () => {
  const corner = await createTestRedis()
  onTestFinished(() => corner.close())
  const redis = create(corner)
  const add = defineScript(redis, 'add', addScript)
  expect(await add(['n'], [2])).toBe(2)
  expect(await add(['n'], [3])).toBe(5)
  expect(await redis.get('n')).toBe('5')
})

test('the text of a script is sent once per connection, then only its hash', async () => {
  const { redis, add } = await startOwn()
  for (let n = 1; n <= 10; n += 1) expect(await add(['n'], [1])).toBe(n)
  expect(await callsOf(redis, 'eval')).toBe(1)
  expect(await callsOf(redis, 'evalsha')).toBe(9)
})

test('a script that Redis has forgotten is sent again, and runs once', async () => {
  const { redis, add } = await startOwn()
  expect(await add(['n'], [1])).toBe(1)
  await redis.script('FLUSH')
  expect(await Promise.all([add(['n'], [1]), add(['n'], [1])])).toEqual([2, 3])
  expect(await add(['n'], [1])).toBe(4)
})

test('a script works again after Redis has restarted', async () => {
  const { server, redis, add } = await startOwn()
  await add(['n'], [1])
  await server.kill()
  await server.restart()
  await waitFor(() => redis.ping().then(() => true), { what: 'the connection to return', timeoutMs: 60_000 })
  await redis.set('n', 0)
  expect(await add(['n'], [1])).toBe(1)
  expect(await add(['n'], [1])).toBe(2)
})

test('an error in a script is thrown, not repeated', async () => {
  const { redis } = await startOwn()
  const fail = defineScript(redis, 'fail', `redis.call('INCR', KEYS[1]) return redis.error_reply('no room')`)
  await expect(fail(['n'], [])).rejects.toThrow('no room')
  expect(await redis.get('n')).toBe('1')
})
