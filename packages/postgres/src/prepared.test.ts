import { sql } from 'drizzle-orm'
import { integer, pgTable } from 'drizzle-orm/pg-core'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDb, createPool, executePrepared, prepareOnce, type Tx, withTransaction } from './index.ts'

const log = pino({ level: 'silent' })
const name = `prepared_test_${process.pid}`
const url = inject('testRun').postgresAdminUrl
// One connection, so that the tests see what earlier statements left behind on it.
const pool = createPool({ url, max: 1, applicationName: 'prepared-test', log })
const db = createDb(pool)
const numbers = pgTable(name, { n: integer().notNull() })

let built = 0
const atLeast = prepareOnce((db) => {
  built += 1
  return db
    .select()
    .from(numbers)
    .where(sql`n >= ${sql.placeholder('least')}`)
    .prepare(`${name}_at_least`)
})

beforeAll(async () => {
  await db.execute(sql`create table ${numbers} (n int not null)`)
  await db.insert(numbers).values([{ n: 1 }, { n: 2 }])
})
afterAll(async () => {
  await db.execute(sql`drop table ${numbers}`)
  await pool.end()
})

test('a statement is built once, parsed once per connection, and accepts new values each time', async () => {
  expect(await atLeast(db).execute({ least: 1 })).toEqual([{ n: 1 }, { n: 2 }])
  expect(await atLeast(db).execute({ least: 2 })).toEqual([{ n: 2 }])
  expect(await atLeast(db).execute({ least: 3 })).toEqual([])
  expect(built).toBe(1)
  const statements =
    await db.execute(sql`select generic_plans + custom_plans as runs from pg_prepared_statements
    where name = ${`${name}_at_least`}`)
  expect(statements.rows).toEqual([{ runs: '3' }])
})

test('in a transaction it sees the transaction’s writes, and after the rollback it does not', async () => {
  const rolledBack = withTransaction(db, async (tx) => {
    await tx.insert(numbers).values({ n: 3 })
    expect(await atLeast(tx).execute({ least: 3 })).toEqual([{ n: 3 }])
    throw new Error('roll back')
  })
  await expect(rolledBack).rejects.toThrow('roll back')
  expect(await atLeast(db).execute({ least: 3 })).toEqual([])
})

test('a statement in SQL is parsed once per connection, in a transaction or outside', async () => {
  const equals = (on: typeof db | Tx, n: number) =>
    executePrepared<{ n: number }>(on, `${name}_equals`, sql`select n from ${numbers} where n = ${n}`)
  expect(await equals(db, 1)).toEqual([{ n: 1 }])
  expect(await withTransaction(db, (tx) => equals(tx, 2))).toEqual([{ n: 2 }])
  const statements =
    await db.execute(sql`select generic_plans + custom_plans as runs from pg_prepared_statements
    where name = ${`${name}_equals`}`)
  expect(statements.rows).toEqual([{ runs: '2' }])
})
