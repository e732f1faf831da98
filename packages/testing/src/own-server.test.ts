import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { startOwnPostgres, startOwnRedis, waitFor } from './index.ts'
import { withClient } from './template-database.ts'

test('own PostgreSQL: a restart after kill -9 keeps committed rows and the URL', async () => {
  const server = await startOwnPostgres()
  onTestFinished(() => server.stop())
  await withClient(server.url, (client) => client.query('create table kept as select 1 as n'))
  await server.kill()
  await expect(withClient(server.url, async () => {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await server.restart()
  const rows = await withClient(server.url, async (client) => (await client.query('select n from kept')).rows)
  expect(rows).toEqual([{ n: 1 }])
})

test('own Redis: a client loses it after kill -9 and reconnects after a restart', async () => {
  const server = await startOwnRedis()
  onTestFinished(() => server.stop())
  const redis = new Redis(server.url)
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  expect(await redis.ping()).toBe('PONG')
  await server.kill()
  await waitFor(() => redis.status === 'reconnecting', {
    what: 'the client to notice that Redis is gone',
    timeoutMs: 20_000,
  })
  await server.restart()
  expect(await redis.ping()).toBe('PONG')
})
