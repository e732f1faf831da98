import type { Db } from '@fondasi/postgres'
import { and, eq, inArray, isNull, lte, notInArray, sql } from 'drizzle-orm'
import { outbox } from './schema.ts'

export type ClaimedMessage = typeof outbox.$inferSelect

/** Which messages to claim: only those of one topic, or all except those of some topics. */
export type Topics = { only: string } | { except: readonly string[] }

/**
 * Claims up to `limit` messages that are due, for `leaseMs`. A lease is a time in the row, not a row lock: handlers hold
 * no connection, and the leases of a process that dies simply expire.
 */
export async function claim(
  db: Db,
  topics: Topics,
  limit: number,
  leaseMs: number,
): Promise<ClaimedMessage[]> {
  const wanted =
    'only' in topics ? eq(outbox.topic, topics.only) : notInArray(outbox.topic, [...topics.except])
  const due = db.$with('due').as(
    db
      .select({ dueId: outbox.id })
      .from(outbox)
      .where(and(isNull(outbox.deadAt), lte(outbox.availableAt, sql`now()`), wanted))
      .orderBy(outbox.availableAt)
      .limit(limit)
      // Skips messages that another relay is claiming, instead of waiting for it.
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

/** Removes messages that were delivered or dropped, even if their lease has expired. */
export async function remove(db: Db, messages: readonly ClaimedMessage[]): Promise<void> {
  const ids = messages.map(({ id }) => id)
  await db.delete(outbox).where(inArray(outbox.id, ids))
}

/** Makes a message claimable again after a pause. */
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

/** Marks a message as dead. It stays in the table without its secret, so that a person can look at it. */
export async function bury(db: Db, message: ClaimedMessage, reason: string): Promise<void> {
  await db
    .update(outbox)
    .set({ deadAt: sql`now()`, lastError: reason, secret: null })
    .where(stillOurs(message))
}

/** Counts the waiting and the dead messages, and returns how long the oldest has waited, in seconds (0 if none waits). */
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

/** Matches no row if the lease has expired and another relay has claimed the message. */
function stillOurs(message: ClaimedMessage) {
  return and(eq(outbox.id, message.id), eq(outbox.attempts, message.attempts))
}

function fromNow(ms: number) {
  return sql`now() + ${ms} * interval '1 millisecond'`
}
