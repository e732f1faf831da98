import type { Db } from '@fondasi/postgres'
import { and, eq, isNull, lte, sql } from 'drizzle-orm'
import { outbox } from './schema.ts'

export type ClaimedMessage = typeof outbox.$inferSelect

/**
 * Takes up to `limit` messages that are due, for `leaseMs`. A lease is a time in the row, not a row lock: no
 * connection waits for a handler, and a process that dies simply lets its leases run out.
 */
export async function claim(db: Db, limit: number, leaseMs: number): Promise<ClaimedMessage[]> {
  const due = db.$with('due').as(
    db
      .select({ dueId: outbox.id })
      .from(outbox)
      .where(and(isNull(outbox.deadAt), lte(outbox.availableAt, sql`now()`)))
      .orderBy(outbox.availableAt)
      .limit(limit)
      // Another relay's claim in progress is passed over, not waited for.
      .for('update', { skipLocked: true }),
  )
  return db
    .with(due)
    .update(outbox)
    .set({ availableAt: fromNow(leaseMs), attempts: sql`${outbox.attempts} + 1` })
    .from(due)
    .where(eq(outbox.id, due.dueId))
    .returning()
}

/** Removes a delivered message, also when its lease has run out: it was delivered. */
export async function remove(db: Db, message: ClaimedMessage): Promise<void> {
  await db.delete(outbox).where(eq(outbox.id, message.id))
}

/** Gives a message back, to be claimed after a pause. */
export async function release(
  db: Db,
  message: ClaimedMessage,
  pauseMs: number,
  reason: string,
): Promise<void> {
  await db
    .update(outbox)
    .set({ availableAt: fromNow(pauseMs), lastError: reason })
    .where(stillOurs(message))
}

/** Gives a message up. It stays to be looked at, without its secret. */
export async function bury(db: Db, message: ClaimedMessage, reason: string): Promise<void> {
  await db
    .update(outbox)
    .set({ deadAt: sql`now()`, lastError: reason, secret: null })
    .where(stillOurs(message))
}

/** How many messages wait and are dead, and how long the oldest has waited in seconds (0 when none waits). */
export async function countMessages(
  db: Db,
): Promise<{ waiting: number; dead: number; oldestSeconds: number }> {
  const [counts] = await db
    .select({
      waiting: sql<number>`count(*) filter (where ${outbox.deadAt} is null)::int`,
      dead: sql<number>`count(${outbox.deadAt})::int`,
      oldestSeconds: sql<number>`coalesce(extract(epoch from
        now() - min(${outbox.createdAt}) filter (where ${outbox.deadAt} is null)), 0)::float`,
    })
    .from(outbox)
  return counts ?? { waiting: 0, dead: 0, oldestSeconds: 0 }
}

/** False when the lease ran out and another relay has claimed it since. */
function stillOurs(message: ClaimedMessage) {
  return and(eq(outbox.id, message.id), eq(outbox.attempts, message.attempts))
}

function fromNow(ms: number) {
  return sql`now() + ${ms} * interval '1 millisecond'`
}
