import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import { Client } from 'pg'
import type { Logger } from 'pino'

// Advisory locks are numbers and belong to one database; this one is "migrations of this database".
const migrationLock = 4_100_001

// A migration that waits for a table lock makes every later query wait behind it. Better to fail and run again.
const lockTimeoutMs = 10_000

/**
 * Applies the migrations in `migrationsFolder` that the database does not have yet, in one transaction.
 * Safe to run from many instances at once: one works, the others wait and find nothing left to do.
 *
 * @param options.url of a role that may migrate
 * @param options.ownerRole taken with SET ROLE first, so that it owns what the migrations create
 * @throws the database's error; nothing of the failed run stays
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
  // Without a listener a connection lost between two queries would end the process; the next query rejects.
  client.on('error', (error) => log.error({ err: error }, 'connection lost while migrating'))
  await client.connect()
  try {
    const db = drizzle({ client })
    // Drizzle takes no lock: of two at once on an empty database one fails. The session's end releases this one.
    await db.execute(sql`select pg_advisory_lock(${migrationLock})`)
    await db.execute(sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, false)`)
    if (ownerRole !== undefined) await db.execute(sql`set role ${sql.identifier(ownerRole)}`)
    await applyMigrations(db, { migrationsFolder })
  } finally {
    await client.end()
  }
  log.info({ durationMs: Math.round(performance.now() - startedAt) }, 'database is migrated')
}
