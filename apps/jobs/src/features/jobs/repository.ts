import { type Db, executePrepared, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import { attempt, isOpen, job, jobState, queue, setAside, stateNumber } from '../../db/schema.ts'
import type { Entry, Lane } from '../queues/queues.ts'

export type Job = typeof job.$inferSelect
export type Attempt = typeof attempt.$inferSelect
export type SetAsideRow = typeof setAside.$inferSelect

/** What must be known of a job to add it to BullMQ. */
export type DispatchRow = Omit<Entry, 'redisRun'> & {
  id: string
  kind: string
  queue: string
  lane: Lane
  priority: number
  state: number
  /** From now, by the database's clock; 0 when it is due. */
  delayMs: number
}

/** A job to insert. Times are relative, because only the database's clock counts. */
export type NewJob = Omit<DispatchRow, 'lane' | 'state' | 'dispatchNo' | 'runAtMs' | 'startByMs'> & {
  startWithinMs: number | undefined
  redrivenFrom: string | undefined
  redriveNo: number
  scheduleId: string | undefined
}

export const dispatchColumns = sql`
  job.id, job.tenant, job.kind, job.queue, job.lane, job.payload, job.payload_version as "payloadVersion",
  encode(job.secret, 'base64') as secret, job.priority, job.root_id as "rootId", job.state,
  job.dispatch_no as "dispatchNo", job.traceparent,
  (extract(epoch from job.run_at) * 1000)::float8 as "runAtMs",
  (extract(epoch from job.start_by) * 1000)::float8 as "startByMs",
  greatest(0, extract(epoch from job.run_at - now()) * 1000)::float8 as "delayMs"`

/** A job that is due sooner is added to BullMQ at once, with a delay. Later ones wait in the ledger, where RAM is cheap. */
export const dueWithin = sql`interval '5 seconds'`
/** Long enough for an `addBulk` to a slow Redis. After a process has died, its jobs wait this long. */
export const leaseFor = sql`interval '10 seconds'`

/**
 * Inserts jobs. One that is due, in a queue that is not paused, is leased to the caller: it must dispatch the job after
 * the commit. The dispatcher finds the others when they are due, and also these when the caller has died.
 */
export async function insertJobs(
  db: Db | Tx,
  jobs: readonly NewJob[],
  owner: string,
): Promise<DispatchRow[]> {
  const insert = sql`
    insert into ${job} (
      id, tenant, kind, queue, payload, payload_version, secret, priority, run_at, start_by, state, lease_owner,
      lease_until, dispatch_no, root_id, redriven_from, redrive_no, schedule_id, traceparent
    )
    select id, tenant, kind, queue, payload, "payloadVersion", decode(secret, 'base64'), priority, run_at,
      run_at + "startWithinMs" * interval '1 ms',
      case when due then ${stateNumber('dispatching')} else ${stateNumber('pending')} end, case when due then ${owner} end,
      case when due then now() + ${leaseFor} end, due::int, "rootId", "redrivenFrom", "redriveNo", "scheduleId",
      traceparent
    from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as input (
      id uuid, tenant text, kind text, queue text, payload jsonb, "payloadVersion" int, secret text, priority int,
      "delayMs" float8, "startWithinMs" float8, "rootId" uuid, "redrivenFrom" uuid, "redriveNo" int,
      "scheduleId" uuid, traceparent text
    ),
    lateral (select now() + "delayMs" * interval '1 ms' as run_at) as timing,
    lateral (select run_at <= now() + ${dueWithin} and not exists (
      select from ${queue} as q where q.name = input.queue and q.paused_at is not null
    ) as due) as readiness
    returning ${dispatchColumns}`
  return executePrepared<DispatchRow>(db, 'insert_jobs', insert)
}

export async function findJob(db: Db | Tx, tenant: string, id: string): Promise<Job | undefined> {
  const [found] = await findJobs(db, tenant, [id])
  return found
}

/** By id, which is the order of creation within a process. */
export async function findJobs(db: Db | Tx, tenant: string, ids: readonly string[]): Promise<Job[]> {
  return db
    .select()
    .from(job)
    .where(and(eq(job.tenant, tenant), inArray(job.id, [...ids])))
    .orderBy(asc(job.id))
}

/** Jobs of a tenant, newest first. */
export async function listJobs(
  db: Db,
  tenant: string,
  { kind, state }: { kind?: string | undefined; state?: keyof typeof jobState | undefined },
  range: Range,
): Promise<Job[]> {
  const { beyond, order } = keyset(job.id, range, 'descending')
  const ofKind = kind === undefined ? undefined : eq(job.kind, kind)
  const inState = state === undefined ? undefined : eq(job.state, jobState[state])
  return db
    .select()
    .from(job)
    .where(and(eq(job.tenant, tenant), ofKind, inState, beyond))
    .orderBy(order)
    .limit(range.limit)
}

/** Enough for all attempts of any kind. A job that snoozes may have more runs. */
const attemptsShown = 100

/** The last runs of a job that did not succeed, oldest first. */
export async function listAttempts(db: Db, jobId: string): Promise<Attempt[]> {
  const rows = await db
    .select()
    .from(attempt)
    .where(eq(attempt.jobId, jobId))
    .orderBy(desc(attempt.n))
    .limit(attemptsShown)
  return rows.toReversed()
}

export async function findSetAside(db: Db, jobId: string): Promise<SetAsideRow | undefined> {
  const [row] = await db.select().from(setAside).where(eq(setAside.jobId, jobId)).limit(1)
  return row
}

/** @returns false when the job was not set aside */
export async function releaseJob(tx: Tx, jobId: string): Promise<boolean> {
  const { rowCount } = await tx.delete(setAside).where(eq(setAside.jobId, jobId))
  return rowCount !== 0
}

/** For the SET of an UPDATE: a job that is done or cancelled no longer needs its secret and its lease, and retention begins. */
export const endsNow = (retentionSeconds: number) => sql`
  secret = null, lease_owner = null, lease_until = null, finished_at = now(),
  expires_at = now() + ${retentionSeconds} * interval '1 second'`

/** Cancels a job. @returns false when it has ended or does not exist */
export async function cancelJob(
  tx: Tx,
  tenant: string,
  id: string,
  retentionSeconds: number,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update ${job} set state = ${jobState.cancelled}, fence = fence + 1, ${endsNow(retentionSeconds)}
    where tenant = ${tenant} and id = ${id} and ${isOpen}`)
  return rowCount === 1
}
