import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { startOwnPostgres, startOwnRedis, waitFor } from './index.ts'
import { withClient } from './template-database.ts'

test('own postgres: after kill -9 it is away; restarted, it has what was committed, at the same url', async () => {
  const server = await startOwnPostgres()
  onTestFinished(() => server.stop())
  await withClient(server.url, (client) => client.query('create table kept as select 1 as n'))
  await server.kill()
  await expect(withClient(server.url, async () => {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await server.restart()
  const rows = await withClient(server.url, async (client) => (await client.query('select n from kept')).rows)
  expect(rows).toEqual([{ n: 1 }])
})

test('own redis: after kill -9 a client loses it, restarted the client is back', async () => {
  const server = await startOwnRedis()
  onTestFinished(() => server.stop())
  const redis = new Redis(server.url)
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  expect(await redis.ping()).toBe('PONG')
  await server.kill()
  await waitFor(() => redis.status === 'reconnecting', { what: 'the client to see that redis is gone' })
  await server.restart()
  expect(await redis.ping()).toBe('PONG')
})
