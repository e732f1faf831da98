import type { Db } from '@fondasi/postgres'
import { and, desc, eq, gt, lt } from 'drizzle-orm'
import { securityEvents } from '../../db/schema.ts'

export type StoredEvent = typeof securityEvents.$inferSelect

/** Idempotent by the event's id: the outbox delivers at least once. */
export async function storeEvent(db: Db, event: StoredEvent): Promise<void> {
  await db.insert(securityEvents).values(event).onConflictDoNothing()
}

export async function listEvents(
  db: Db,
  query: {
    actorId?: string | undefined
    action?: string | undefined
    limit: number
    after?: string | undefined
    before?: string | undefined
  },
): Promise<StoredEvent[]> {
  return db
    .select()
    .from(securityEvents)
    .where(
      and(
        query.actorId === undefined ? undefined : eq(securityEvents.actorId, query.actorId),
        query.action === undefined ? undefined : eq(securityEvents.action, query.action),
        query.after === undefined ? undefined : lt(securityEvents.id, query.after),
        query.before === undefined ? undefined : gt(securityEvents.id, query.before),
      ),
    )
    .orderBy(query.before === undefined ? desc(securityEvents.id) : securityEvents.id)
    .limit(query.limit)
}
