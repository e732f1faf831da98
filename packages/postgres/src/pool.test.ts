import { createServer } from 'node:net'
import { sql } from 'drizzle-orm'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import {
  checkPostgres,
  collectPoolMetrics,
  createDb,
  createPool,
  isDatabaseUnavailable,
  isUnavailable,
  isUniqueViolation,
  withTransaction,
} from './index.ts'

const { postgresAdminUrl: url } = inject('testRun')
const log = pino({ level: 'silent' })
const table = sql.identifier(`pool_test_${process.pid}`)

const pool = createPool({ url, applicationName: 'pool-test', log })
const db = createDb(pool)

beforeAll(async () => {
  await db.execute(sql`create table ${table} (name text constraint pool_test_name_unique unique)`)
})
afterAll(async () => {
  await db.execute(sql`drop table ${table}`)
  await pool.end()
})

function temporaryPool(options: { url: string; max?: number }): Pool {
  const temporary = createPool({ ...options, applicationName: 'pool-test', log })
  onTestFinished(() => temporary.end())
  return temporary
}

/** A server that accepts connections and never answers, like a machine that hangs. */
async function silentServer(): Promise<string> {
  const server = createServer((socket) => onTestFinished(() => void socket.destroy()))
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return `postgres://nobody@127.0.0.1:${address.port}/nothing`
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  )
}

test('transaction: if the function throws, its writes are rolled back and its error is rethrown', async () => {
  const reason = new Error('changed my mind')
  const thrown = await errorOf(
    withTransaction(db, async (tx) => {
      await tx.execute(sql`insert into ${table} values ('rolled back')`)
      throw reason
    }),
  )
  expect(thrown).toBe(reason)
  expect((await db.execute(sql`select from ${table} where name = 'rolled back'`)).rowCount).toBe(0)
})

test('transaction: if its connection is cut, it still throws what the function threw, and the pool recovers', async () => {
  const reason = new Error('this is why')
  const thrown = await errorOf(
    withTransaction(db, async (tx) => {
      const backend = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      const cut = await errorOf(tx.execute(sql`select pg_terminate_backend(${backend.rows[0]?.pid})`))
      expect(isUnavailable(cut)).toBe(true)
      expect(isUnavailable(await errorOf(tx.execute(sql`select 1`)))).toBe(true)
      throw reason
    }),
  )
  expect(thrown).toBe(reason)
  await checkPostgres(pool)
})

test('pool: a connection that is cut is replaced, whether it was idle or checked out', async () => {
  const victims = temporaryPool({ url, max: 2 })
  const [idle, checkedOut] = await Promise.all([victims.connect(), victims.connect()])
  const pids = await Promise.all(
    [idle, checkedOut].map(
      async (client) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid,
    ),
  )
  idle.release()
  const gone = [idle, checkedOut].map((client) => new Promise((resolve) => client.once('end', resolve)))
  await db.execute(sql`select pg_terminate_backend(pid) from unnest(${sql.param(pids)}::int[]) as pid`)
  await Promise.all(gone)
  expect(isUnavailable(await errorOf(checkedOut.query('select 1')))).toBe(true)
  checkedOut.release()
  await checkPostgres(victims)
})

test('unique violation: is distinguished from other errors, and by the name of its constraint', async () => {
  await db.execute(sql`insert into ${table} values ('twice')`)
  const error = await errorOf(db.execute(sql`insert into ${table} values ('twice')`))
  expect(isUniqueViolation(error)).toBe(true)
  expect(isUniqueViolation(error, 'pool_test_name_unique')).toBe(true)
  expect(isUniqueViolation(error, 'another_unique')).toBe(false)
  expect(isUnavailable(error)).toBe(false)
  expect(isUniqueViolation(await errorOf(db.execute(sql`select nonsense`)))).toBe(false)
})

test('unavailable: no server listens, the host hangs, or all connections are busy', async () => {
  const refused = temporaryPool({ url: 'postgres://nobody@127.0.0.1:1/nothing' })
  const hanging = temporaryPool({ url: await silentServer() })
  const exhausted = temporaryPool({ url, max: 1 })
  const busy = await exhausted.connect()
  const errors = await Promise.all(
    [refused, hanging, exhausted].map((p) => errorOf(createDb(p).execute('select 1'))),
  )
  expect(errors.map(isUnavailable)).toEqual([true, true, true])
  busy.release()
})

test('unavailable: the error of a query is distinguished from the same error of another server', async () => {
  const refused = createDb(temporaryPool({ url: 'postgres://nobody@127.0.0.1:1/nothing' }))
  const ofQueries = await Promise.all([
    errorOf(refused.execute('select 1')),
    errorOf(withTransaction(refused, (tx) => tx.execute('select 1'))),
  ])
  expect(ofQueries.map(isUnavailable)).toEqual([true, true])
  expect(ofQueries.map(isDatabaseUnavailable)).toEqual([true, true])
  const ofMail = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:25'), { code: 'ECONNREFUSED' })
  expect([isUnavailable(ofMail), isDatabaseUnavailable(ofMail)]).toEqual([true, false])
})

test('unavailable: a wrong query and a wrong password are not', async () => {
  const wrongPassword = new URL(url)
  wrongPassword.password = 'wrong'
  const stranger = temporaryPool({ url: wrongPassword.href })
  expect(isUnavailable(await errorOf(db.execute(sql`select nonsense`)))).toBe(false)
  expect(isUnavailable(await errorOf(stranger.query('select 1')))).toBe(false)
})

test('health: a hanging server is reported, without waiting for the connection timeout', async () => {
  const hanging = temporaryPool({ url: await silentServer() })
  await expect(checkPostgres(hanging)).rejects.toThrow('did not answer within 1000 ms')
})

test('metrics: used and idle connections and waiting requests are counted separately', async () => {
  const registry = new Registry()
  const small = temporaryPool({ url, max: 1 })
  collectPoolMetrics(registry, small)
  const client = await small.connect()
  const waiting = small.query('select 1')
  const text = await registry.metrics()
  expect(text).toContain('postgres_pool_connections{state="idle"} 0')
  expect(text).toContain('postgres_pool_connections{state="used"} 1')
  expect(text).toContain('postgres_pool_waiting_requests 1')
  expect(text).toContain('postgres_pool_max_connections 1')
  client.release()
  await waiting
  expect(await registry.metrics()).toContain('postgres_pool_connections{state="idle"} 1')
})
