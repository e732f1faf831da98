import { randomBytes } from 'node:crypto'
import { createDb, createPool, type Db } from '@fondasi/postgres'
import { type Client, escapeIdentifier as id } from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { ensureTemplate, withClient } from './template-database.ts'
import './test-run.ts'

// A test that left a transaction open would otherwise make truncating wait for ever.
const lockTimeoutMs = 5_000

/** A database that only one test file uses, with production's roles. */
export type TestDatabase = {
  /** The runtime role, as the app serves: a missing grant shows. */
  url: string
  /** The administrator, for what a test must see or break. */
  adminUrl: string
  /** The role that migrates, after SET ROLE `ownerRole`. */
  migratorUrl: string
  ownerRole: string
  /** As the runtime role, for looking into tables. */
  db: Db
  /** Empties all tables but `keep`, for the start of a test. */
  truncate(): Promise<void>
  /** For the end of the test file; connections that are still open are cut. */
  drop(): Promise<void>
}

/**
 * A migrated database for this test file, cloned from a template that the first caller of the run makes.
 *
 * @param options.name of the app; callers with the same name share the template
 * @param options.keep tables that migrations fill and `truncate` leaves alone
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
    // Copying files costs checkpoints, which are nearly free on a test server without fsync: the faster way there.
    await admin.query(
      `create database ${id(clone)} template ${id(template.name)} owner ${id(template.ownerRole)} strategy file_copy`,
    )
    // Privileges inside are cloned, those on the database itself are not.
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
  // What an ended test has left running may want the same tables the other way round: then that is what PostgreSQL
  // gives up, since it looks for deadlocks sooner than we do.
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
