import { allowStatements, createDb, createPool, isUnavailable, withTransaction } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { expect, inject, onTestFinished, test } from 'vitest'
import { startTcpProxy, waitFor } from './index.ts'

// The pool's behaviour on a broken network is tested here and not beside it: this package already depends on
// @fondasi/postgres, so @fondasi/postgres cannot depend on this one.

/** Longer than the pool waits for an answer (12 s). */
const timeoutMs = 120_000

test('pool: connections that go silent are replaced, whatever was using them', {
  timeout: timeoutMs,
}, async () => {
  const proxy = await startTcpProxy(inject('testRun').postgresAdminUrl)
  onTestFinished(() => proxy.close())
  const pool = createPool({
    url: proxy.url,
    max: 4,
    applicationName: 'silent-test',
    log: pino({ level: 'silent' }),
  })
  onTestFinished(() => pool.end())
  const db = createDb(pool)
  // One connection is in the middle of a transaction, three are idle.
  const goSilent = Promise.withResolvers<void>()
  const inside = Promise.withResolvers<void>()
  const interrupted = withTransaction(db, async (tx) => {
    inside.resolve()
    await goSilent.promise
    await tx.execute(sql`select 1`)
  })
  await inside.promise
  await Promise.all([1, 2, 3].map(() => db.execute(sql`select pg_sleep(0.2)`)))
  expect(pool.totalCount).toBe(4)

  proxy.silence()
  goSilent.resolve()
  const others = [withTransaction(db, async () => {}), db.execute(sql`select 1`), db.execute(sql`select 1`)]
  await expect(interrupted.catch((error: unknown) => isUnavailable(error))).resolves.toBe(true)
  // On a machine that stops for ten seconds, the pool has replaced its idle connections and these get an answer.
  await Promise.allSettled(others)

  const again = await Promise.all([1, 2, 3, 4].map(() => db.execute<{ n: number }>(sql`select 1 as n`)))
  expect(again.map(({ rows }) => rows[0]?.n)).toEqual([1, 1, 1, 1])
  expect(pool.totalCount).toBe(4)
})

test('pool: a transaction that allows longer statements is waited for', { timeout: timeoutMs }, async () => {
  const pool = createPool({
    url: inject('testRun').postgresAdminUrl,
    applicationName: 'patient-test',
    log: pino({ level: 'silent' }),
  })
  onTestFinished(() => pool.end())
  const rows = await withTransaction(createDb(pool), async (tx) => {
    await allowStatements(tx, timeoutMs)
    return (await tx.execute(sql`select 'done' as answer from pg_sleep(13)`)).rows
  })
  expect(rows).toEqual([{ answer: 'done' }])
})

test('proxy: forwards, goes silent on the open connections only, and closes them all', async () => {
  const proxy = await startTcpProxy(inject('testRun').redisUrl)

  const [before, after] = [
    new Redis(proxy.url, { maxRetriesPerRequest: 0 }),
    new Redis(proxy.url, { lazyConnect: true }),
  ]
  onTestFinished(() => {
    for (const redis of [before, after]) redis.disconnect()
  })
  for (const redis of [before, after]) redis.on('error', () => {})
  expect(await before.ping()).toBe('PONG')
  proxy.silence()
  const unanswered = before.ping().catch(() => 'cut off')
  expect(await after.ping()).toBe('PONG')
  await proxy.close()
  await waitFor(() => after.status !== 'ready', { what: 'the later connection to be cut off' })
  expect(await unanswered).toBe('cut off')
})
