import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import { Client } from 'pg'
import type { Logger } from 'pino'

// An advisory lock is a number and belongs to one database. This one means "migrations of this database".
const migrationLock = 4_100_001

// While a migration waits for a table lock, every later query on the table waits behind it. So it fails instead, and
// can be run again.
const lockTimeoutMs = 10_000

/**
 * Applies the migrations in `migrationsFolder` that the database does not have yet, in one transaction. Many instances
 * may run it at once: one works, the others wait and find nothing to do.
 *
 * @param options.url logs in as a role that may migrate
 * @param options.ownerRole taken with SET ROLE first, so that this role owns what the migrations create
 * @throws the database's error; a failed run leaves nothing behind
 */
export async function migrate(options: {
  url: string
  ownerRole?: string
  migrationsFolder: string
  log: Logger
}): Promise<void> {
  const { url, ownerRole, migrationsFolder, log } = options
  const startedAt = performance.now()
  const client = new Client({ connectionString: url, application_name: 'migrate' })
  // Without a listener, losing the connection between two queries would end the process. The next query rejects anyway.
  client.on('error', (error) => log.error({ err: error }, 'lost the connection while migrating'))
  await client.connect()
  try {
    const db = drizzle({ client })
    // Drizzle takes no lock, so of two runs at once on an empty database one would fail. The end of the session
    // releases the lock.
    await db.execute(sql`select pg_advisory_lock(${migrationLock})`)
    await db.execute(sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, false)`)
    if (ownerRole !== undefined) await db.execute(sql`set role ${sql.identifier(ownerRole)}`)
    await applyMigrations(db, { migrationsFolder })
  } finally {
    await client.end()
  }
  log.info({ durationMs: Math.round(performance.now() - startedAt) }, 'migrated the database')
}
