import { type Db, keyset } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq } from 'drizzle-orm'
import { securityEvents } from '../../db/schema.ts'

export type StoredEvent = typeof securityEvents.$inferSelect

/** Idempotent: the outbox may deliver an event twice. */
export async function storeEvent(db: Db, event: StoredEvent): Promise<void> {
  await db.insert(securityEvents).values(event).onConflictDoNothing()
}

export async function listEvents(
  db: Db,
  query: Range & { actorId?: string | undefined; action?: string | undefined },
): Promise<StoredEvent[]> {
  const { beyond, order } = keyset(securityEvents.id, query, 'descending')
  return db
    .select()
    .from(securityEvents)
    .where(
      and(
        query.actorId === undefined ? undefined : eq(securityEvents.actorId, query.actorId),
        query.action === undefined ? undefined : eq(securityEvents.action, query.action),
        beyond,
      ),
    )
    .orderBy(order)
    .limit(query.limit)
}
