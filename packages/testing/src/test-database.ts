import { randomBytes } from 'node:crypto'
import { createDb, createPool, type Db } from '@fondasi/postgres'
import { Client, escapeIdentifier as id } from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { ensureTemplate, withClient } from './template-database.ts'
import './test-run.ts'

// A test that left a transaction open would otherwise block the next test forever.
const lockTimeoutMs = 30_000
/** Sixteen pages of 8 kB. */
const largeTableBytes = 128 * 1024

/** A database that only one test file uses, with the roles of production. */
export type TestDatabase = {
  /** Logs in as the runtime role, like the app, so that a missing grant fails the test. */
  url: string
  /** Logs in as the administrator, who may see and break everything. */
  adminUrl: string
  /** Logs in as the migrator, which takes `ownerRole` with SET ROLE. */
  migratorUrl: string
  ownerRole: string
  /** Connects as the runtime role, to look into tables. */
  db: Db
  /** Empties all tables except `keep`. Call it before each test. */
  truncate(): Promise<void>
  /** Drops the database and closes its connections. Call it at the end of the test file. */
  drop(): Promise<void>
}

/**
 * Creates a migrated database for this test file. It is a clone of a template that the run's first caller creates.
 *
 * @param options.name the app's name. Callers with the same name share the template
 * @param options.keep tables that migrations fill and that `truncate` keeps
 */
export async function createTestDatabase(options: {
  name: string
  migrationsFolder: string
  keep?: readonly string[]
}): Promise<TestDatabase> {
  const { name, migrationsFolder, keep = [] } = options
  const run = inject('testRun')
  const template = await ensureTemplate(run, { name, migrationsFolder })
  const clone = `${template.name}_${randomBytes(4).toString('hex')}`

  await withClient(run.postgresAdminUrl, async (admin) => {
    // Copying files needs checkpoints, which are nearly free on a test server without fsync. So this is the faster strategy.
    await admin.query(
      `create database ${id(clone)} template ${id(template.name)} owner ${id(template.ownerRole)} strategy file_copy`,
    )
    // A clone has the privileges on its tables, but not those on the database itself.
    const logins = [template.migratorUrl, template.runtimeUrl].map((url) => id(new URL(url).username))
    await admin.query(`revoke all on database ${id(clone)} from public`)
    await admin.query(`grant connect on database ${id(clone)} to ${logins.join(', ')}`)
  })

  const url = inDatabase(template.runtimeUrl, clone)
  const adminUrl = inDatabase(run.postgresAdminUrl, clone)
  const pool = createPool({ url, applicationName: 'test', log: pino({ level: 'silent' }) })
  // Opened by the first `truncate` and kept: a new connection costs more than emptying the tables.
  let admin: Client | undefined

  return {
    url,
    adminUrl,
    migratorUrl: inDatabase(template.migratorUrl, clone),
    ownerRole: template.ownerRole,
    db: createDb(pool),
    async truncate() {
      if (admin === undefined) {
        admin = new Client({ connectionString: adminUrl, application_name: 'test' })
        // Some tests close every connection to their database.
        admin.on('error', () => {
          admin = undefined
        })
        await admin.connect()
      }
      await emptyTables(admin, keep)
    },
    async drop() {
      await admin?.end()
      await pool.end()
      await withClient(run.postgresAdminUrl, (admin) =>
        admin.query(`drop database ${id(clone)} with (force)`),
      )
    },
  }
}

/**
 * Empties all tables but `keep` and restarts their identities. Small tables are emptied with DELETE, which takes a few
 * milliseconds. TRUNCATE makes new files for each table and index, which takes twenty times as long; it is for tables
 * whose dead rows would change what a later test measures.
 */
async function emptyTables(admin: Client, keep: readonly string[]): Promise<void> {
  const { rows: tables } = await admin.query<{ name: string; isLarge: boolean }>(
    `select oid::regclass::text as name, pg_relation_size(oid) > $2 as "isLarge" from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relname <> all($1)`,
    [keep, largeTableBytes],
  )
  if (tables.length === 0) return
  const names = tables.map(({ name }) => name).join(', ')
  const large = tables.filter(({ isLarge }) => isLarge).map(({ name }) => name)
  // All deletes are one statement: foreign keys are checked at its end, so the order of the tables does not matter.
  const deletes = tables.map(({ name }, at) => `t${at} as (delete from ${name})`).join(', ')
  await admin.query(`
    begin;
    set local lock_timeout = ${lockTimeoutMs};
    -- A writer that a test left running may hold locks in another order: let PostgreSQL end the writer, not us.
    set local deadlock_timeout = ${lockTimeoutMs};
    lock table ${names} in access exclusive mode;
    ${large.length > 0 ? `truncate ${large.join(', ')} restart identity cascade;` : ''}
    with ${deletes} select;
    select setval(d.objid, 1, false) from pg_depend d
      where d.classid = 'pg_class'::regclass and d.deptype = 'i'
        and d.refobjid = any('{${tables.map(({ name }) => name).join(', ')}}'::regclass[])
        and d.objid in (select oid from pg_class where relkind = 'S');
    commit`)
}

function inDatabase(url: string, name: string): string {
  const database = new URL(url)
  database.pathname = `/${name}`
  return database.href
}
