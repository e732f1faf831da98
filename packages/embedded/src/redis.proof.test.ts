import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startRedis } from './redis.ts'
import { findRedis } from './redis-binary.ts'
import type { EmbeddedServer } from './server.ts'

let folder: string
let dataDir: string
const started: EmbeddedServer[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), `it's a "redis" `))
  dataDir = join(folder, 'data')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of started.splice(0)) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

test('redis: written keys survive a kill of the server', async () => {
  const first = await start()
  await withClient(first, (redis) => redis.set('kept', 'yes'))
  first.kill()
  await first.exited

  const second = await start()
  expect(await withClient(second, (redis) => redis.get('kept'))).toBe('yes')
})

test('redis: when it is full, it refuses writes and evicts no key', async () => {
  const server = await start()
  await withClient(server, async (redis) => {
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  })
})

test('redis: a second start on a running folder is refused and harms nothing', async () => {
  const first = await start()
  await expect(start()).rejects.toThrow('already runs on')
  expect(await withClient(first, (redis) => redis.ping())).toBe('PONG')
})

test('redis: if the preferred port is taken, it uses the next free one', async () => {
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
  const address = squatter.address()
  const taken = address !== null && typeof address === 'object' ? address.port : 0
  try {
    const server = await start(taken)
    expect(server.port).toBeGreaterThan(taken)
    expect(await withClient(server, (redis) => redis.ping())).toBe('PONG')
  } finally {
    squatter.close()
  }
})

test('redis: if there is no server, the message names what to install on each system', async () => {
  vi.stubEnv('FONDASI_CACHE', '/dev/null/no-folder')
  const message = await findRedis([]).catch(String)
  expect(message).toMatch(/brew install redis/)
  expect(message).toMatch(/apt-get install redis-server/)
  expect(message).toMatch(/REDIS_URL/)
})

async function start(port?: number): Promise<EmbeddedServer> {
  const server = await startRedis({ dataDir, ...(port === undefined ? {} : { port }) })
  started.push(server)
  return server
}

async function withClient<T>(server: EmbeddedServer, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url)
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
