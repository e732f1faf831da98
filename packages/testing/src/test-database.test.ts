import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, expect, inject, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from './index.ts'
import { dropTestDatabases, withClient } from './template-database.ts'
import './test-run.ts'

const migrationsFolder = fileURLToPath(new URL('../test/migrations', import.meta.url))
const open: TestDatabase[] = []

async function createDatabase(name: string): Promise<TestDatabase> {
  const database = await createTestDatabase({ name, migrationsFolder, keep: ['color'] })
  open.push(database)
  return database
}

async function namesOf(database: TestDatabase): Promise<unknown[]> {
  const { rows } = await database.db.execute(sql`select id, name from fruit order by id`)
  return rows
}

afterAll(() => Promise.all(open.map((database) => database.drop())))

test('clones: eight at once share a template and do not see each other’s rows', async () => {
  const name = `race_${randomBytes(4).toString('hex')}`
  const databases = await Promise.all(Array.from({ length: 8 }, () => createDatabase(name)))
  const [first, ...others] = databases
  await first?.db.execute(sql`insert into fruit (name, color) values ('salak', 'red')`)
  expect(await Promise.all(others.map(namesOf))).toEqual(others.map(() => []))
})

test('truncate: empties tables and partitions, restarts identities and keeps rows of migrations', async () => {
  const database = await createDatabase('truncate')
  for (let round = 0; round < 2; round++) {
    await database.db.execute(sql`insert into fruit (name, color) values ('pisang', 'yellow')`)
    await database.db.execute(sql`insert into eaten values (now(), 'pisang')`)
    expect(await namesOf(database)).toEqual([{ id: '1', name: 'pisang' }])
    await database.truncate()
    expect(await namesOf(database)).toEqual([])
    expect((await database.db.execute(sql`select from eaten`)).rowCount).toBe(0)
    expect((await database.db.execute(sql`select from color`)).rowCount).toBe(2)
  }
})

test('truncate: a table of many pages gives its space back', async () => {
  const database = await createDatabase('large')
  await database.db.execute(
    sql`insert into fruit (name, color) select 'pisang ' || n, 'yellow' from generate_series(1, 5000) n`,
  )
  await database.truncate()
  const { rows } = await database.db.execute(sql`select pg_relation_size('fruit')::int as bytes`)
  expect(rows).toEqual([{ bytes: 0 }])
})

test('truncate: works again after every connection was cut', async () => {
  const database = await createDatabase('cut')
  await database.truncate()
  const { postgresAdminUrl } = inject('testRun')
  const name = new URL(database.adminUrl).pathname.slice(1)
  await withClient(postgresAdminUrl, (admin) =>
    admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]),
  )
  await database.db.execute(sql`insert into fruit (name, color) values ('pisang', 'yellow')`)
  await database.truncate()
  expect(await namesOf(database)).toEqual([])
})

test('clone: its URL logs in as the runtime role, which cannot change the schema', async () => {
  const database = await createDatabase('roles')
  const refused = withClient(database.url, (client) => client.query('create temporary table t ()'))
  await expect(refused).rejects.toMatchObject({ code: '42501' })
})

test('template: an incomplete one is created again', async () => {
  const { id, postgresAdminUrl } = inject('testRun')
  await withClient(postgresAdminUrl, (admin) => admin.query(`create database test_${id}_half`))
  const database = await createDatabase('half')
  expect(await namesOf(database)).toEqual([])
})

test('dropping a run: removes all its databases and roles, and no others', async () => {
  const { id, postgresAdminUrl } = inject('testRun')
  // Other test files create and drop databases of this run meanwhile, so both runs here are invented.
  const [dropped, kept] = [`${id}x`, `${id}xy`]
  const count = (run: string) =>
    withClient(postgresAdminUrl, async (admin) => {
      const { rows } = await admin.query(
        `select (select count(*)::int from pg_database where starts_with(datname, $1)) as databases,
                (select count(*)::int from pg_roles where starts_with(rolname, $1)) as roles`,
        [`test_${run}_`],
      )
      return rows[0]
    })
  onTestFinished(() => dropTestDatabases(postgresAdminUrl, kept))
  await withClient(postgresAdminUrl, async (admin) => {
    for (const run of [dropped, kept]) {
      await admin.query(`create database test_${run}_auth is_template true`)
      await admin.query(`create role test_${run}_auth_runtime`)
    }
  })
  await dropTestDatabases(postgresAdminUrl, dropped)
  expect(await count(dropped)).toEqual({ databases: 0, roles: 0 })
  expect(await count(kept)).toEqual({ databases: 1, roles: 1 })
})
