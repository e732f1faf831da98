import type { Message } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { auditEvents } from '../../db/schema.ts'

/**
 * Outbox handler of `audit.event`: stores the event in this database, because the kit has no audit service. Idempotent
 * by the event's id, because the outbox delivers at least once.
 */
export async function storeEvent(db: Db, { id, payload }: Message): Promise<void> {
  await db.insert(auditEvents).values({ id, event: payload }).onConflictDoNothing()
}

/** Long enough for any single change. An import can hold its locks for minutes, and no client waits that long. */
const maxWaitMs = 3_000

/** Sets the lock timeout of the transaction. */
export async function limitLockWait(tx: Tx): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', ${String(maxWaitMs)}, true)`)
}
