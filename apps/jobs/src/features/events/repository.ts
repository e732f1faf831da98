import type { Message } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { auditEvents } from '../../db/schema.ts'

/**
 * Outbox handler of `audit.event`: stores the event in this database, because the kit has no audit service. Idempotent
 * by the event's id, because the outbox delivers at least once.
 */
export async function storeEvent(db: Db, { id, payload }: Message): Promise<void> {
  await db.insert(auditEvents).values({ id, event: payload }).onConflictDoNothing()
}
