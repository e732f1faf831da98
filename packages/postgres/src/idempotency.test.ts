import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import {
  createDb,
  createPool,
  type IdempotentOutcome,
  idempotencyKeys,
  runIdempotently,
  type Tx,
} from './index.ts'

const log = pino({ level: 'silent' })
const schema = `idempotency_test_${process.pid}`
const url = new URL(inject('testRun').postgresAdminUrl)
url.searchParams.set('options', `-c search_path=${schema}`)
const pool = createPool({ url: url.href, max: 30, applicationName: 'idempotency-test', log })
const db = createDb(pool)
const now = new Date('2026-11-21T00:00:00Z')
const hourMs = 3_600_000

beforeAll(async () => {
  await db.execute(sql`create schema ${sql.identifier(schema)}`)
  await db.execute(sql`create table idempotency_keys (
    scope text, key text, fingerprint bytea not null, answer jsonb, expires_at timestamptz(3) not null,
    primary key (scope, key))`)
  await db.execute(sql`create table payments (amount int)`)
})
beforeEach(() => db.execute(sql`truncate idempotency_keys, payments`))
afterAll(async () => {
  await db.execute(sql`drop schema ${sql.identifier(schema)} cascade`)
  await pool.end()
})

const payments = async () =>
  (await pool.query<{ n: number }>('select count(*)::int as n from payments')).rows[0]?.n

async function pay(tx: Tx): Promise<{ at: Date; amount: number }> {
  await tx.execute(sql`insert into payments values (5)`)
  return { at: now, amount: 5 }
}

function run(
  options: Partial<Parameters<typeof runIdempotently>[1]> = {},
  work: (tx: Tx) => Promise<unknown> = pay,
): Promise<IdempotentOutcome> {
  return runIdempotently(
    db,
    { scope: 'ada POST /payments', key: 'k1', request: { amount: 5 }, now, ...options },
    work,
  )
}

const answer = { at: now.toISOString(), amount: 5 }
const paid = { kind: 'done', answer, replayed: false }
const replayed = { kind: 'done', answer, replayed: true }

test('the same key and request: the work runs once, both get the same answer as JSON, and the second one is replayed', async () => {
  expect(await run()).toEqual(paid)
  expect(await run()).toEqual(replayed)
  expect(await payments()).toBe(1)
})

test('the same key with another request is reported as reused', async () => {
  await run()
  expect(await run({ request: { amount: 6 } })).toEqual({ kind: 'reused' })
  expect(await payments()).toBe(1)
})

test('callers and routes do not share keys', async () => {
  await run()
  await run({ scope: 'bob POST /payments' })
  await run({ scope: 'ada POST /refunds' })
  expect(await payments()).toBe(3)
})

test('twenty requests at once: the work runs once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => run()))
  expect(outcomes.filter((outcome) => outcome.kind === 'done' && !outcome.replayed)).toEqual([paid])
  for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'done', answer })
  expect(await payments()).toBe(1)
})

test('while the first request runs, another one is reported as running after two seconds', async () => {
  const started = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const first = run({}, async (tx) => {
    started.resolve()
    await finish.promise
    return pay(tx)
  })
  await started.promise
  const startedAt = performance.now()
  expect(await run()).toEqual({ kind: 'running' })
  expect(performance.now() - startedAt).toBeGreaterThan(1_900)
  finish.resolve()
  expect(await first).toEqual(paid)
})

test('work that throws keeps neither its writes nor the key', async () => {
  const fails = run({}, async (tx) => {
    await pay(tx)
    throw new Error('card refused')
  })
  await expect(fails).rejects.toThrow('card refused')
  expect(await payments()).toBe(0)
  expect(await run()).toEqual(paid)
})

test('a lock that the work waits for does not count as a running request, and may take longer', async () => {
  const released = db.transaction(async (tx) => {
    await tx.execute(sql`lock table payments`)
    await delay(2_200)
  })
  expect(await run()).toEqual(paid)
  await released
})

test('after a day the key is free, and expired keys are deleted', async () => {
  for (let n = 0; n < 5; n++) await run({ key: `old${n}` })
  await run()
  const later = new Date(now.getTime() + 24 * hourMs)
  expect(await run({ now: new Date(later.getTime() - 1), request: { amount: 6 } })).toEqual({
    kind: 'reused',
  })
  expect(await run({ now: later, request: { amount: 6 } })).toEqual(paid)
  expect(await db.select({ key: idempotencyKeys.key }).from(idempotencyKeys)).toEqual([{ key: 'k1' }])
})
