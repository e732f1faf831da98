import type { Db, Tx } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { dead, job, queue, stateNumber } from '../../db/schema.ts'

export type Pause = typeof queue.$inferSelect

export async function listPauses(db: Db): Promise<Pause[]> {
  return db.select().from(queue).where(sql`${queue.pausedAt} is not null`)
}

/** Pauses a queue; one that is paused already keeps its time and its reason. */
export async function pauseQueue(
  db: Db | Tx,
  pause: { name: string; by: string; reason: string | undefined },
): Promise<void> {
  const { name, by, reason = null } = pause
  await db.insert(queue).values({ name, pausedAt: sql`now()`, pausedBy: by, reason }).onConflictDoNothing()
}

export async function resumeQueue(db: Db | Tx, name: string): Promise<void> {
  await db.delete(queue).where(sql`${queue.name} = ${name}`)
}

type Measured = { queue: string; pending: number; oldestSeconds: number }

/**
 * Per queue: how many due jobs wait in the ledger, and since when the oldest due job has waited, there or in BullMQ. With OR,
 * PostgreSQL combines the partial indexes of the open states. With `in` or `<`, it would read all jobs, also those that have ended.
 */
export async function measureQueues(db: Db): Promise<Measured[]> {
  const { rows } = await db.execute<Measured>(sql`
    select queue, count(*) filter (where state = ${stateNumber('pending')})::int as pending,
      extract(epoch from now() - min(run_at))::float8 as "oldestSeconds"
    from ${job}
    where (state = ${stateNumber('pending')} or state = ${stateNumber('dispatching')} or state = ${stateNumber('queued')})
      and run_at <= now()
    group by queue`)
  return rows
}

type Counted = { kind: string; reason: string; count: number }

export async function countOpenDeadLetters(db: Db): Promise<Counted[]> {
  const { rows } = await db.execute<Counted>(sql`
    select kind, reason, count(*)::int as count from ${dead} where status = 'open' group by kind, reason`)
  return rows
}
