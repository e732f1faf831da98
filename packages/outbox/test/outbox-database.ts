import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createDb, createPool, type Db } from '@fondasi/postgres'
import { createTestDatabase, type TestDatabase } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { createRelay, createSealer, outbox, type Relay } from '../src/index.ts'

export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))
export const log = pino({ level: 'silent' })
export const sealer = createSealer(randomBytes(32))

/** Creates a database with an outbox for one test file. */
export async function createOutboxDatabase(): Promise<TestDatabase> {
  return createTestDatabase({ name: 'outbox', migrationsFolder })
}

export function readOutbox({ db }: TestDatabase): Promise<(typeof outbox.$inferSelect)[]> {
  return db.select().from(outbox)
}

/** Ends every pause after a failure. */
export async function skipPauses({ db }: TestDatabase): Promise<void> {
  // The lease of a running delivery is longer (45 s). It must not end, or the message would be claimed twice.
  await db.execute(
    sql`update ${outbox} set available_at = now() where attempts > 0 and available_at < now() + interval '30 seconds'`,
  )
}

/** Starts a relay with its own pool and registry, like another process. It stops when the test ends. */
export function startRelay(
  options: { url: string } & Partial<Parameters<typeof createRelay>[0]>,
): Relay & { registry: Registry; db: Db } {
  const { url, ...rest } = options
  const pool = createPool({ url, applicationName: 'relay', log })
  const db = createDb(pool)
  const registry = new Registry()
  const relay = createRelay({ db, listenUrl: url, handlers: {}, log, registry, sealer, ...rest })
  onTestFinished(async () => {
    await relay.stop()
    await pool.end()
  })
  relay.start()
  return { ...relay, registry, db }
}
