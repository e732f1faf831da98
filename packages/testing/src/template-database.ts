import { createHash } from 'node:crypto'
import { type DatabaseAccess, databaseAccess } from '@fondasi/postgres'
import { Client, escapeIdentifier as id } from 'pg'
import { createMigratedDatabase } from './migrated-database.ts'
import type { TestRun } from './test-run.ts'

// The lock belongs to the database that the administrator's URL names. Only one worker makes a template at a time.
const templateLock = 4_100_003

/** A migrated database that exists only to be cloned. */
export type TemplateDatabase = DatabaseAccess & { name: string }

/** Creates the run's template for the app `name`, unless another test file of the run has created it. */
export async function ensureTemplate(
  run: TestRun,
  options: { name: string; migrationsFolder: string },
): Promise<TemplateDatabase> {
  const adminUrl = run.postgresAdminUrl
  const name = `${namePrefix(run.id)}${options.name}`
  // Every worker of the run computes the same password. Others cannot, because they lack the administrator's URL.
  const password = createHash('sha256').update(`${run.id} ${adminUrl}`).digest('base64url')
  const logins = { adminUrl, name, passwords: { migrator: password, runtime: password } }

  await withClient(adminUrl, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [templateLock])
    // The template mark is set last, so a database without it is incomplete.
    const marked = await admin.query('select from pg_database where datname = $1 and datistemplate', [name])
    if (marked.rowCount === 1) return
    await admin.query(`drop database if exists ${id(name)} with (force)`)
    await createMigratedDatabase({ ...logins, migrationsFolder: options.migrationsFolder })
    // PostgreSQL cannot clone a database with open connections.
    await admin.query(`alter database ${id(name)} with is_template true allow_connections false`)
  })
  return { name, ...databaseAccess(logins) }
}

/** Drops everything that a run created on a server that outlives the run. */
export async function dropTestDatabases(adminUrl: string, runId: string): Promise<void> {
  await withClient(adminUrl, async (admin) => {
    const prefix = namePrefix(runId)
    const databases = await admin.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [prefix],
    )
    for (const { name } of databases.rows) {
      await admin.query(`alter database ${id(name)} with is_template false`)
      await admin.query(`drop database ${id(name)} with (force)`)
    }
    const roles = await admin.query<{ name: string }>(
      'select rolname as name from pg_roles where starts_with(rolname, $1)',
      [prefix],
    )
    for (const { name } of roles.rows) await admin.query(`drop role ${id(name)}`)
  })
}

/** Runs `use` with its own connection. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'test' })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

function namePrefix(runId: string): string {
  return `test_${runId}_`
}
