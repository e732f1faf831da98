import type { Db } from '@fondasi/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { job, queue, setAside, stateNumber } from '../../db/schema.ts'
import { type DispatchRow, dispatchColumns, dueWithin, leaseFor } from '../jobs/repository.ts'
import type { Lane } from '../queues/queues.ts'

/** The step at which a job was set aside. */
export type SetAsideStep = (typeof setAside.$inferSelect)['step']

const isSetAside = sql`exists (select from ${setAside} as s where s.job_id = job.id)`
const isPaused = sql`queue = any(array(select name from ${queue} where paused_at is not null))`

// Two statements: with one whose condition has OR, PostgreSQL uses neither partial index. With a million due rows, a claim then
// takes 540 ms instead of 8.
const claimable = {
  /** Waiting jobs whose time has come. */
  due: sql`state = ${stateNumber('pending')} and run_at <= now() + ${dueWithin} and not ${isPaused} and not ${isSetAside}`,
  /** Jobs that a process has claimed and not added in time. */
  expired: sql`state = ${stateNumber('dispatching')} and lease_until < now() and not ${isSetAside}`,
}
const firstComesFirst = { due: sql`run_at, id`, expired: sql`lease_until` }
export type ClaimSource = keyof typeof claimable

/**
 * Claims up to `limit` jobs for a process: until the lease ends, only it may add them to BullMQ.
 *
 * @param claim.ids claims only from these
 */
export async function claimJobs(
  db: Db,
  claim: { source: ClaimSource; owner: string; limit: number; ids?: readonly string[] },
): Promise<DispatchRow[]> {
  const { source, owner, limit, ids } = claim
  const only = ids === undefined ? sql`` : sql`and id = any(${sql.param([...ids])}::uuid[])`
  const { rows } = await db.execute<DispatchRow>(sql`
    with candidate as (
      select id from ${job} where ${claimable[source]} ${only}
      order by ${firstComesFirst[source]} limit ${limit} for update skip locked
    )
    update ${job} set state = ${stateNumber('dispatching')}, lease_owner = ${owner}, lease_until = now() + ${leaseFor},
      dispatch_no = dispatch_no + 1
    from candidate where job.id = candidate.id
    returning ${dispatchColumns}`)
  return rows
}

/** The jobs that `claimJobs` would claim, to claim them one by one. */
export async function listClaimable(db: Db, source: ClaimSource, limit: number): Promise<{ id: string }[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from ${job} where ${claimable[source]} order by ${firstComesFirst[source]} limit ${limit}`)
  return rows
}

/** The claim of a job: another one has another number. */
export interface Claim {
  id: string
  dispatchNo: number
}

/** Records that BullMQ has the jobs. */
export async function markQueued(db: Db, claims: readonly Claim[]): Promise<void> {
  const change = sql`state = ${stateNumber('queued')}, queued_at = now(), lease_owner = null, lease_until = null`
  await updateClaimed(db, claims, change)
}

/** Ends leases early, because adding the jobs to BullMQ has failed. */
export async function endLeases(db: Db, claims: readonly Claim[]): Promise<void> {
  await updateClaimed(db, claims, sql`lease_until = now()`)
}

/**
 * Its commit does not wait for the disk. If a crash of PostgreSQL undoes it, the leases end and the jobs are added again, which does
 * nothing.
 */
async function updateClaimed(db: Db, claims: readonly Claim[], change: SQL): Promise<void> {
  const list = claims.map(({ id, dispatchNo }) => ({ id, dispatchNo }))
  await db.execute(sql`
    update ${job} set ${change}
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as claim (id uuid, "dispatchNo" int),
      set_config('synchronous_commit', 'off', true)
    where job.id = claim.id and job.dispatch_no = claim."dispatchNo"
      and job.state = ${stateNumber('dispatching')}`)
}

/** Sets a job aside: no sweep handles it until a person releases it. */
export async function setJobAside(db: Db, jobId: string, step: SetAsideStep, reason: string): Promise<void> {
  await db.insert(setAside).values({ jobId, step, reason }).onConflictDoNothing()
}

/** A job that BullMQ should have, as reconcile read it. */
export type QueuedJob = {
  id: string
  queue: string
  lane: Lane
  kind: string
  dispatchNo: number
  fence: number
}

/** Jobs that BullMQ has had for over `olderThanMs`, by id. */
export async function listQueued(
  db: Db,
  range: { olderThanMs: number; after: string; limit: number },
): Promise<QueuedJob[]> {
  const { rows } = await db.execute<QueuedJob>(sql`
    select id, queue, lane, kind, dispatch_no as "dispatchNo", fence from ${job}
    where state = ${stateNumber('queued')} and queued_at < now() - ${range.olderThanMs} * interval '1 ms'
      and id > ${range.after} and not ${isSetAside}
    order by id limit ${range.limit}`)
  return rows
}

/**
 * Returns jobs that Redis has lost to the dispatcher, except those that have changed since they were read.
 * @returns the ids of those that were returned
 */
export async function returnLost(db: Db, jobs: readonly QueuedJob[]): Promise<string[]> {
  const list = jobs.map(({ id, dispatchNo, fence }) => ({ id, dispatchNo, fence }))
  const { rows } = await db.execute<{ id: string }>(sql`
    update ${job} set state = ${stateNumber('pending')}, queued_at = null
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as lost (id uuid, "dispatchNo" int, fence int)
    where job.id = lost.id and job.dispatch_no = lost."dispatchNo" and job.fence = lost.fence
      and job.state = ${stateNumber('queued')}
    returning job.id`)
  return rows.map(({ id }) => id)
}

/** Where to find a job in BullMQ. */
export type Place = Pick<QueuedJob, 'id' | 'queue' | 'lane'>

/** Jobs that were cancelled within the last hour: Redis may still have them. Later ones have long been started or lost. */
export async function listRecentlyCancelled(db: Db): Promise<Place[]> {
  const { rows } = await db.execute<Place>(sql`
    select id, queue, lane from ${job}
    where state = ${stateNumber('cancelled')} and finished_at > now() - interval '1 hour'`)
  return rows
}
