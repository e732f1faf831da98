import type { Db } from '@fondasi/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { attempt, dead, isOpen, job, jobState } from '../../db/schema.ts'
import { endsNow } from '../jobs/repository.ts'
import type { DeadReason, Json } from '../kinds/outcome.ts'
import type { Lane } from '../queues/queues.ts'
import type { Failure } from './failure.ts'

// Every write of a run requires the fence that the run holds. When another start has raised the fence, or the job has
// ended, it changes nothing.

/** A run that may write: the job with the fence that it holds. */
export interface HeldJob {
  id: string
  fence: number
}

/** Who runs jobs, for attempts and dead letters. */
export interface Runner {
  worker: string
  release: string
}

/** A run that did not succeed. */
export interface FailedRun extends Runner {
  startedAt: Date
  outcome: (typeof attempt.$inferSelect)['outcome']
  failure: Failure | undefined
}

const isHeld = ({ id, fence }: HeldJob) => sql`job.id = ${id} and job.fence = ${fence} and ${isOpen}`

export type BegunRun = {
  fence: number
  attempts: number
  cursor: Json | null
  /** How long the job should still wait, by the database's clock. */
  untilDueMs: number
}

/** Raises the fence for a start after the first. @returns undefined when the job has ended or is in another lane */
export async function beginRun(db: Db, id: string, lane: Lane): Promise<BegunRun | undefined> {
  const { rows } = await db.execute<BegunRun>(sql`
    update ${job} set fence = fence + 1 where id = ${id} and lane = ${lane} and ${isOpen}
    returning fence, attempts, cursor,
      greatest(0, extract(epoch from run_at - now()) * 1000)::float8 as "untilDueMs"`)
  return rows[0]
}

/**
 * Records a run that did not succeed and whose job runs again.
 *
 * @param next.usesAttempt whether it counts as a failed attempt
 * @returns false when the fence has moved on
 */
export function recordRerun(
  db: Db,
  held: HeldJob,
  run: FailedRun,
  next: { afterMs: number; usesAttempt: boolean },
): Promise<boolean> {
  return recordRun(db, isHeld(held), run, {
    change: sql`state = ${jobState.queued}, queued_at = now(), fence = fence + 1,
      run_at = now() + ${next.afterMs} * interval '1 ms', attempts = attempts + ${Number(next.usesAttempt)}`,
  })
}

/** Sends a job to quarantine, after the process that ran it has died. @returns false when the fence has moved on */
export function moveToQuarantine(db: Db, held: HeldJob, run: FailedRun): Promise<boolean> {
  return recordRun(db, isHeld(held), run, {
    change: sql`state = ${jobState.pending}, lane = 'quarantine', run_at = now(), queued_at = null`,
  })
}

/** Records that a handler no longer needs its job. @returns false when the fence has moved on */
export function recordCancelled(
  db: Db,
  held: HeldJob,
  run: FailedRun,
  retentionSeconds: number,
): Promise<boolean> {
  const change = sql`state = ${jobState.cancelled}, ${endsNow(retentionSeconds)}`
  return recordRun(db, isHeld(held), run, { change })
}

/** Records that a job is dead. @returns false when the fence has moved on */
export function recordDeath(db: Db, held: HeldJob, run: FailedRun, reason: DeadReason): Promise<boolean> {
  return recordRun(db, isHeld(held), run, {
    change: sql`state = ${jobState.dead}, attempts = attempts + 1, fence = fence + 1, finished_at = now(),
      lease_owner = null, lease_until = null`,
    reason,
  })
}

/**
 * Counts a crash of the quarantine process while it ran a job. After `maxCrashes` of them, the job is dead (`poison`).
 * @returns false when the job has ended or is not in quarantine, so that the crash does not count
 */
export function recordCrash(db: Db, id: string, run: FailedRun, maxCrashes: number): Promise<boolean> {
  const isLast = sql`crashes + 1 >= ${maxCrashes}`
  return recordRun(db, sql`job.id = ${id} and lane = 'quarantine' and ${isOpen}`, run, {
    change: sql`crashes = crashes + 1, fence = fence + 1,
      state = case when ${isLast} then ${jobState.dead} else state end,
      finished_at = case when ${isLast} then now() end`,
    reason: 'poison',
  })
}

/** Changes a job and records its run as an attempt. If the job is then dead, adds its dead letter. This is one statement. */
async function recordRun(
  db: Db,
  isJob: SQL,
  { startedAt, worker, release, outcome, failure }: FailedRun,
  { change, reason }: { change: SQL; reason?: DeadReason },
): Promise<boolean> {
  const run = JSON.stringify({ startedAt, worker, release, outcome, reason, ...failure })
  const { rowCount } = await db.execute(sql`
    with run as (
      select * from jsonb_to_record(${run}::jsonb) as run (
        "startedAt" timestamptz, worker text, release text, outcome text, reason text, "errorClass" text,
        message text, stack text, fingerprint text
      )
    ), changed as (
      update ${job} set ${change} where ${isJob} returning job.*
    ), buried as (
      insert into ${dead} (job_id, tenant, kind, queue, reason, error_class, message, stack, fingerprint,
        first_failed_at, worker, release)
      select id, tenant, kind, queue, reason, "errorClass", message, stack, fingerprint,
        least("startedAt", (select min(started_at) from ${attempt} where job_id = changed.id)), worker, release
      from changed, run where state = ${jobState.dead}
    )
    insert into ${attempt} (job_id, n, started_at, worker, release, outcome, error_class, message, stack, retry_at)
    select id, (select coalesce(max(n), 0) + 1 from ${attempt} where job_id = changed.id), "startedAt", worker,
      release, outcome, "errorClass", message, stack, case when state < ${jobState.done} then run_at end
    from changed, run`)
  return rowCount === 1
}

export interface FinishedRun extends HeldJob {
  result: Json
}

/** Records that jobs are done. @returns the ids of those whose fence has not moved on */
export async function completeRuns(
  db: Db,
  runs: readonly FinishedRun[],
  retentionSeconds: number,
): Promise<string[]> {
  const list = runs.map(({ id, fence, result }) => ({ id, fence, result }))
  const { rows } = await db.execute<{ id: string }>(sql`
    update ${job} set state = ${jobState.done}, result = nullif(run.result, 'null'::jsonb),
      ${endsNow(retentionSeconds)}
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as run (id uuid, fence int, result jsonb)
    where job.id = run.id and job.fence = run.fence and ${isOpen}
    returning job.id`)
  return rows.map(({ id }) => id)
}

/** Stores where a run stopped. @returns false when the fence has moved on */
export async function saveCursor(db: Db, held: HeldJob, cursor: Json): Promise<boolean> {
  const { rowCount } = await db.execute(
    sql`update ${job} set cursor = ${JSON.stringify(cursor)}::jsonb where ${isHeld(held)}`,
  )
  return rowCount === 1
}
