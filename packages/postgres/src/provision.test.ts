import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, DatabaseError, escapeIdentifier as id } from 'pg'
import { pino } from 'pino'
import { afterAll, expect, inject, test } from 'vitest'
import { migrate, provisionDatabase } from './index.ts'

const { postgresAdminUrl: adminUrl } = inject('testRun')
const migrationsFolder = fileURLToPath(new URL('../test/migrations', import.meta.url))
const insufficientPrivilege = '42501'
const log = pino({ level: 'silent' })
const made: string[] = []

/** Options for a database that does not exist yet, with a name and a password that need quoting. */
function fresh() {
  const name = `it's a "test" ${randomBytes(4).toString('hex')}`
  made.push(name)
  return { adminUrl, name, passwords: { migrator: "m'@:/%1", runtime: 'r"\\ #?' } }
}

/** SQLSTATE of what the server refused. */
function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : String(error)
}

async function query(url: string, text: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(text)
  } finally {
    await client.end()
  }
}

afterAll(async () => {
  for (const name of made) {
    await query(adminUrl, `drop database if exists ${id(name)} with (force)`)
    for (const role of ['owner', 'migrator', 'runtime']) {
      await query(adminUrl, `drop role if exists ${id(`${name}_${role}`)}`)
    }
  }
})

test('provision: five runs at once on an empty server all succeed with the same result', async () => {
  const options = fresh()
  const results = await Promise.all(Array.from({ length: 5 }, () => provisionDatabase(options)))
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
})

test('provision: text sorts alike on every server, whatever its default locale is', async () => {
  const { runtimeUrl } = await provisionDatabase(fresh())
  const database = 'select datlocprovider, datlocale from pg_database where datname = current_database()'
  expect((await query(runtimeUrl, database)).rows).toEqual([{ datlocprovider: 'b', datlocale: 'C.UTF-8' }])
  const { rows } = await query(
    runtimeUrl,
    "select x from unnest(array['a1', 'A-2', 'Äb']) as x order by lower(x)",
  )
  expect(rows.map(({ x }) => x)).toEqual(['A-2', 'a1', 'Äb'])
})

test('migrate: three runs at once on an empty database all succeed, and a later one finds nothing to do', async () => {
  const { migratorUrl: url, ownerRole, runtimeUrl } = await provisionDatabase(fresh())
  const run = () => migrate({ url, ownerRole, migrationsFolder, log })
  await Promise.all([run(), run(), run()])
  await run()
  const owner = await query(runtimeUrl, "select tableowner from pg_tables where tablename = 'fruit'")
  expect(owner.rows).toEqual([{ tableowner: ownerRole }])
})

test('runtime role: may use all rows and functions of the migrations, and cannot change the schema', async () => {
  const { migratorUrl, runtimeUrl, ownerRole } = await provisionDatabase(fresh())
  await migrate({ url: migratorUrl, ownerRole, migrationsFolder, log })

  await query(runtimeUrl, "insert into fruit (name) values ('mangga'), ('salak')")
  await query(runtimeUrl, "update fruit set name = 'nangka' where name = 'salak'")
  await query(runtimeUrl, "delete from fruit where name = 'nangka'")
  expect((await query(runtimeUrl, 'select count_fruit()')).rows).toEqual([{ count_fruit: '1' }])

  const forPublic = await query(
    runtimeUrl,
    "select has_function_privilege('public', 'count_fruit()', 'execute') as may",
  )
  expect(forPublic.rows).toEqual([{ may: false }])

  const refused = [
    'create table t ()',
    'create temporary table t ()',
    'create schema s',
    'alter table fruit add column x int',
    'truncate fruit',
    'drop table fruit',
    'drop function count_fruit()',
    'create index on fruit (id)',
    'select * from drizzle.__drizzle_migrations',
    `set role ${id(ownerRole)}`,
    'create extension citext',
    'create role mallory',
  ]
  const codes = await Promise.all(
    refused.map((statement) => query(runtimeUrl, statement).then(() => statement, codeOf)),
  )
  expect(codes).toEqual(refused.map(() => insufficientPrivilege))
})

test('migrator: cannot create anything before it becomes the owner', async () => {
  const { migratorUrl } = await provisionDatabase(fresh())
  await expect(query(migratorUrl, 'create table public.t ()')).rejects.toMatchObject({
    code: insufficientPrivilege,
  })
})

test("provision: another database's roles may not connect", async () => {
  const [mine, other] = [await provisionDatabase(fresh()), await provisionDatabase(fresh())]
  const url = new URL(other.runtimeUrl)
  url.pathname = new URL(mine.runtimeUrl).pathname
  await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: insufficientPrivilege })
})

test('provision: a second run rotates the passwords and keeps the data', async () => {
  const options = fresh()
  const before = await provisionDatabase(options)
  await migrate({ url: before.migratorUrl, ownerRole: before.ownerRole, migrationsFolder, log })
  await query(before.runtimeUrl, "insert into fruit (name) values ('mangga')")

  const after = await provisionDatabase({ ...options, passwords: { migrator: 'new', runtime: 'newer' } })
  await expect(query(before.runtimeUrl, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  expect((await query(after.runtimeUrl, 'select name from fruit')).rows).toEqual([{ name: 'mangga' }])
})

test('provision: an administrator without superuser rights is enough, as in a managed database', async () => {
  const admin = `admin_${randomBytes(4).toString('hex')}`
  await query(adminUrl, `create role ${admin} login createdb createrole password 'managed'`)
  const url = new URL(adminUrl)
  url.username = admin
  url.password = 'managed'
  const options = { ...fresh(), adminUrl: url.href }
  await provisionDatabase(options)
  const { migratorUrl, runtimeUrl, ownerRole } = await provisionDatabase(options)
  await migrate({ url: migratorUrl, ownerRole, migrationsFolder, log })
  expect((await query(runtimeUrl, 'select count_fruit()')).rowCount).toBe(1)

  await query(adminUrl, `drop database ${id(options.name)}`)
  await query(adminUrl, `drop owned by ${admin}`)
  await query(adminUrl, `reassign owned by ${admin} to current_user`)
  for (const role of ['owner', 'migrator', 'runtime'])
    await query(adminUrl, `drop role ${id(`${options.name}_${role}`)}`)
  await query(adminUrl, `drop role ${admin}`)
})
