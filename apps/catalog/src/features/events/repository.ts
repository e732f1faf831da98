import type { Message } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { auditEvents } from '../../db/schema.ts'

/**
 * Keeps an audit event here, while no audit service takes it: outbox handler of `audit.event`. Idempotent by the
 * event's id, since the outbox delivers at least once.
 */
export async function storeEvent(db: Db, { id, payload }: Message): Promise<void> {
  await db.insert(auditEvents).values({ id, event: payload }).onConflictDoNothing()
}
