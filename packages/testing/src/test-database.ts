import { randomBytes } from 'node:crypto'
import { createDb, createPool, type Db } from '@fondasi/postgres'
import { type Client, escapeIdentifier as id } from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { ensureTemplate, withClient } from './template-database.ts'
import './test-run.ts'

// A test that left a transaction open would otherwise make truncating wait for ever.
const lockTimeoutMs = 5_000

/** A database that only one test file uses, with the roles of production. */
export type TestDatabase = {
  /** Logs in as the runtime role, like the app, so that a missing grant fails the test. */
  url: string
  /** Logs in as the administrator, for what a test must see or break. */
  adminUrl: string
  /** Logs in as the migrator, which takes `ownerRole` with SET ROLE. */
  migratorUrl: string
  ownerRole: string
  /** Connects as the runtime role, to look into tables. */
  db: Db
  /** Empties all tables except `keep`. For the start of a test. */
  truncate(): Promise<void>
  /** Drops the database and cuts open connections. For the end of the test file. */
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

  return {
    url,
    adminUrl,
    migratorUrl: inDatabase(template.migratorUrl, clone),
    ownerRole: template.ownerRole,
    db: createDb(pool),
    truncate: () => withClient(adminUrl, (admin) => truncateTables(admin, keep)),
    async drop() {
      await pool.end()
      await withClient(run.postgresAdminUrl, (admin) =>
        admin.query(`drop database ${id(clone)} with (force)`),
      )
    },
  }
}

async function truncateTables(admin: Client, keep: readonly string[]): Promise<void> {
  await admin.query(`set lock_timeout = ${lockTimeoutMs}`)
  // A statement that an ended test left running may lock the same tables in another order. PostgreSQL then aborts that
  // statement, because its deadlock timeout is shorter than ours.
  await admin.query(`set deadlock_timeout = ${lockTimeoutMs}`)
  const tables = await admin.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relname <> all($1)`,
    [keep],
  )
  if (tables.rows.length === 0) return
  await admin.query(`truncate ${tables.rows.map(({ name }) => name).join(', ')} restart identity cascade`)
}

function inDatabase(url: string, name: string): string {
  const database = new URL(url)
  database.pathname = `/${name}`
  return database.href
}
