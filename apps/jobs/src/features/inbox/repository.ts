import type { Db, Tx } from '@fondasi/postgres'
import { and, eq } from 'drizzle-orm'
import { inboxEvent } from '../../db/schema.ts'

/** Records an event. If two transactions have the same event, the second waits for the first. @returns false for a duplicate */
export async function claimEvent(tx: Tx, event: typeof inboxEvent.$inferInsert): Promise<boolean> {
  const { rowCount } = await tx.insert(inboxEvent).values(event).onConflictDoNothing()
  return rowCount === 1
}

/** Records which job handles an event. */
export async function linkJob(tx: Tx, source: string, eventId: string, jobId: string): Promise<void> {
  await tx.update(inboxEvent).set({ jobId }).where(isEvent(source, eventId))
}

/** The job that handles an event. */
export async function findJobOf(db: Db, source: string, eventId: string): Promise<string | undefined> {
  const [row] = await db.select({ jobId: inboxEvent.jobId }).from(inboxEvent).where(isEvent(source, eventId))
  return row?.jobId
}

function isEvent(source: string, eventId: string) {
  return and(eq(inboxEvent.source, source), eq(inboxEvent.eventId, eventId))
}
