import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, asc, desc, eq, inArray, lte, sql } from 'drizzle-orm'
import { isOpen, job, schedule, scheduleSlot } from '../../db/schema.ts'

export type Row = typeof schedule.$inferSelect
type SlotRow = typeof scheduleSlot.$inferSelect

/** The newest slots that GET shows. */
const recentSlots = 20

export async function listSchedules(db: Db, tenant: string, range: Range): Promise<Row[]> {
  const { beyond, order } = keyset(schedule.id, range)
  return db
    .select()
    .from(schedule)
    .where(and(eq(schedule.tenant, tenant), beyond))
    .orderBy(order)
    .limit(range.limit)
}

export async function findSchedule(db: Db, tenant: string, id: string): Promise<Row | undefined> {
  const [row] = await db.select().from(schedule).where(isOf(tenant, id))
  return row
}

/** Newest first. */
export async function listRecentSlots(db: Db, scheduleId: string): Promise<SlotRow[]> {
  return db
    .select()
    .from(scheduleSlot)
    .where(eq(scheduleSlot.scheduleId, scheduleId))
    .orderBy(desc(scheduleSlot.slot))
    .limit(recentSlots)
}

/** Creates or replaces a schedule. @returns undefined when another tenant has the id */
export async function upsertSchedule(tx: Tx, row: Omit<Row, 'createdAt'>): Promise<Row | undefined> {
  const [written] = await tx
    .insert(schedule)
    .values(row)
    .onConflictDoUpdate({ target: schedule.id, set: row, setWhere: eq(schedule.tenant, row.tenant) })
    .returning()
  return written
}

/** @returns false when it did not exist */
export async function deleteSchedule(tx: Tx, tenant: string, id: string): Promise<boolean> {
  return (await tx.delete(schedule).where(isOf(tenant, id))).rowCount === 1
}

/** The time of the database, because the clocks of processes differ. */
export async function readClock(tx: Tx): Promise<Date> {
  const { rows } = await tx.execute<{ ms: number }>(
    sql`select (extract(epoch from now()) * 1000)::float8 as ms`,
  )
  return new Date(rows[0]?.ms ?? Number.NaN)
}

/**
 * Schedules that are due, the longest overdue first. Those whose kind is unknown here are left to a process that knows it.
 */
export async function listDue(db: Db, kinds: string[], limit: number): Promise<Row[]> {
  return db
    .select()
    .from(schedule)
    .where(and(eq(schedule.paused, false), lte(schedule.nextSlot, sql`now()`), inArray(schedule.kind, kinds)))
    .orderBy(asc(schedule.nextSlot))
    .limit(limit)
}

/** Locks a schedule that is still as it was read. @returns false when another process has its slot, or it was changed */
export async function lockDue(tx: Tx, { id, nextSlot }: Row): Promise<boolean> {
  const rows = await tx
    .select({ id: schedule.id })
    .from(schedule)
    .where(and(eq(schedule.id, id), eq(schedule.nextSlot, nextSlot), eq(schedule.paused, false)))
    .for('update', { skipLocked: true })
  return rows.length === 1
}

export async function hasOpenJob(tx: Tx, scheduleId: string): Promise<boolean> {
  const { rows } = await tx.execute(
    sql`select from ${job} where schedule_id = ${scheduleId} and ${isOpen} limit 1`,
  )
  return rows.length > 0
}

/** Records a slot and deletes those that are older than the retention. */
export async function insertSlot(tx: Tx, row: SlotRow, retentionSeconds: number): Promise<void> {
  await tx.insert(scheduleSlot).values(row)
  await tx.execute(sql`
    delete from ${scheduleSlot}
    where schedule_id = ${row.scheduleId} and slot < now() - ${retentionSeconds} * interval '1 second'`)
}

/** Moves a schedule to its next slot. Without one it is paused: it stays visible, and is never due again. */
export async function moveOn(tx: Tx, id: string, next: Date | undefined): Promise<void> {
  await tx
    .update(schedule)
    .set(next === undefined ? { paused: true } : { nextSlot: next })
    .where(eq(schedule.id, id))
}

function isOf(tenant: string, id: string) {
  return and(eq(schedule.tenant, tenant), eq(schedule.id, id))
}
