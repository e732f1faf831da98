import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { attempt, dead, job } from '../../db/schema.ts'
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

type AttemptOutcome = (typeof attempt.$inferSelect)['outcome']

/** A run that did not succeed. */
export interface FailedRun extends Runner {
  startedAt: Date
  outcome: AttemptOutcome
  failure: Failure | undefined
}

export interface BegunRun extends Record<string, unknown> {
  fence: number
  attempts: number
  cursor: Json | null
  /** How long the job should still wait, by the database's clock. */
  untilDueMs: number
}

const isOpen = sql`state < 10`

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
export async function recordRerun(
  db: Db,
  held: HeldJob,
  run: FailedRun,
  next: { afterMs: number; usesAttempt: boolean },
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with held as (
      update ${job} set state = 2, queued_at = now(), run_at = now() + ${next.afterMs} * interval '1 ms',
        fence = fence + 1, attempts = attempts + ${Number(next.usesAttempt)}
      where id = ${held.id} and fence = ${held.fence} and ${isOpen} returning id, run_at
    )
    ${insertAttempt(run, sql`run_at`)}`)
  return rowCount === 1
}

/** Sends a job to quarantine, after the process that ran it has died. @returns false when the fence has moved on */
export async function moveToQuarantine(db: Db, held: HeldJob, run: FailedRun): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with held as (
      update ${job} set state = 0, lane = 'quarantine', run_at = now(), queued_at = null
      where id = ${held.id} and fence = ${held.fence} and ${isOpen} returning id, run_at
    )
    ${insertAttempt(run, sql`run_at`)}`)
  return rowCount === 1
}

/**
 * Counts a crash of the quarantine process, while it ran a job. At the `maxCrashes`-th one, the job is dead (`poison`).
 * A job that has ended, or that is not in quarantine, is not to blame.
 */
export async function recordCrash(
  db: Db,
  id: string,
  run: FailedRun,
  death: { maxCrashes: number; fingerprint: string },
): Promise<void> {
  const { maxCrashes, fingerprint } = death
  await withTransaction(db, async (tx) => {
    const { rows } = await tx.execute<{ isDead: boolean }>(sql`
      with held as (
        update ${job} set crashes = crashes + 1, fence = fence + 1,
          state = case when crashes + 1 >= ${maxCrashes} then 11 else state end,
          finished_at = case when crashes + 1 >= ${maxCrashes} then now() end
        where id = ${id} and lane = 'quarantine' and ${isOpen} returning id, state = 11 as is_dead
      ), recorded as (${insertAttempt(run, sql`null::timestamptz`)})
      select is_dead as "isDead" from held`)
    if (rows[0]?.isDead) await insertDeadLetter(tx, id, run, { reason: 'poison', fingerprint })
  })
}

/** Records that a handler no longer needs its job. @returns false when the fence has moved on */
export async function recordCancelled(
  db: Db,
  held: HeldJob,
  run: FailedRun,
  retentionSeconds: number,
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with held as (
      update ${job} set state = 12, secret = null, ${endsNow(retentionSeconds)}
      where id = ${held.id} and fence = ${held.fence} and ${isOpen} returning id
    )
    ${insertAttempt(run, sql`null::timestamptz`)}`)
  return rowCount === 1
}

/**
 * Records that a job is dead: job, attempt and dead letter in one transaction.
 *
 * @returns the id of the dead letter, or undefined when the fence has moved on
 */
export async function recordDeath(
  db: Db,
  held: HeldJob,
  run: FailedRun,
  death: { reason: DeadReason; fingerprint: string },
): Promise<string | undefined> {
  return withTransaction(db, async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      with held as (
        update ${job} set state = 11, attempts = attempts + 1, fence = fence + 1, finished_at = now(),
          lease_owner = null, lease_until = null
        where id = ${held.id} and fence = ${held.fence} and ${isOpen} returning id
      )
      ${insertAttempt(run, sql`null::timestamptz`)} returning job_id as id`)
    if (rows.length === 0) return undefined
    return insertDeadLetter(tx, held.id, run, death)
  })
}

async function insertDeadLetter(
  tx: Tx,
  jobId: string,
  run: FailedRun,
  { reason, fingerprint }: { reason: DeadReason; fingerprint: string },
): Promise<string | undefined> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    insert into ${dead} (job_id, tenant, kind, queue, reason, error_class, message, stack, fingerprint,
      first_failed_at, worker, release)
    select id, tenant, kind, queue, ${reason}, ${run.failure?.errorClass ?? null}, ${run.failure?.message ?? null},
      ${run.failure?.stack ?? null}, ${fingerprint},
      (select min(started_at) from ${attempt} where job_id = job.id), ${run.worker}, ${run.release}
    from ${job} as job where id = ${jobId}
    returning id`)
  return rows[0]?.id
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
    update ${job} as job set state = 10, result = nullif(run.result, 'null'::jsonb), secret = null,
      ${endsNow(retentionSeconds)}
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as run (id uuid, fence int, result jsonb)
    where job.id = run.id and job.fence = run.fence and job.state < 10
    returning job.id`)
  return rows.map(({ id }) => id)
}

export async function saveCursor(db: Db, held: HeldJob, cursor: Json): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update ${job} set cursor = ${JSON.stringify(cursor)}::jsonb
    where id = ${held.id} and fence = ${held.fence} and ${isOpen}`)
  return rowCount === 1
}

/** Inserts the attempt of the job in the CTE `held`. */
function insertAttempt(run: FailedRun, retryAt: ReturnType<typeof sql>) {
  const { startedAt, worker, release, outcome, failure } = run
  return sql`
    insert into ${attempt} (job_id, n, started_at, worker, release, outcome, error_class, message, stack, retry_at)
    select id, (select coalesce(max(n), 0) + 1 from ${attempt} where job_id = held.id), ${startedAt.toISOString()},
      ${worker}, ${release}, ${outcome}, ${failure?.errorClass ?? null}, ${failure?.message ?? null},
      ${failure?.stack ?? null}, ${retryAt}
    from held`
}

function endsNow(retentionSeconds: number) {
  return sql`finished_at = now(), expires_at = now() + ${retentionSeconds} * interval '1 second', lease_owner = null,
    lease_until = null`
}
