import type { Message } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { auditEvents } from '../../db/schema.ts'

/**
 * Keeps an audit event here, while no audit service takes it: outbox handler of `audit.event`. Idempotent by the
 * event's id, since the outbox delivers at least once.
 */
export async function storeEvent(db: Db, { id, payload }: Message): Promise<void> {
  await db.insert(auditEvents).values({ id, event: payload }).onConflictDoNothing()
}

/** Long enough for any change by hand; an import can hold what it writes for minutes, and nobody waits so long. */
const maxWaitMs = 3_000

/** From now on the transaction fails when it has waited that long for somebody else's. */
export async function limitWaiting(tx: Tx): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', ${String(maxWaitMs)}, true)`)
}
