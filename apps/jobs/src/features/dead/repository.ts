import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { dead, job } from '../../db/schema.ts'
import type { DeadReason, Json } from '../kinds/outcome.ts'

export type DeadLetter = typeof dead.$inferSelect

/** Which dead letters of a tenant. Empty: all of them. */
export interface DeadFilter {
  status?: DeadLetter['status'] | undefined
  kind?: string | undefined
  reason?: DeadReason | undefined
  fingerprint?: string | undefined
  /** Values that the payload of the job has. */
  payload?: Record<string, Json> | undefined
}
/** Which open dead letters to close: these, or all that match. */
export type Selection = { ids: readonly string[] } | { filter: DeadFilter }

export async function findDeadLetter(db: Db, tenant: string, id: string): Promise<DeadLetter | undefined> {
  const [row] = await db
    .select()
    .from(dead)
    .where(and(eq(dead.tenant, tenant), eq(dead.id, id)))
  return row
}

/** Newest first. */
export async function listDeadLetters(
  db: Db,
  tenant: string,
  filter: DeadFilter,
  range: Range,
): Promise<DeadLetter[]> {
  const { beyond, order } = keyset(dead.id, range, 'descending')
  return db
    .select()
    .from(dead)
    .where(and(matches(tenant, filter), beyond))
    .orderBy(order)
    .limit(range.limit)
}

export type DeadGroup = {
  kind: string
  reason: DeadReason
  fingerprint: string
  errorClass: string | null
  message: string | null
  count: number
  firstDiedAt: string
  lastDiedAt: string
}

/** The open dead letters of a tenant by probable cause, the largest group first, at most 100. */
export async function groupDeadLetters(db: Db, tenant: string, filter: DeadFilter): Promise<DeadGroup[]> {
  const { rows } = await db.execute<DeadGroup>(sql`
    select kind, reason, fingerprint, (array_agg(error_class order by id desc))[1] as "errorClass",
      (array_agg(message order by id desc))[1] as message, count(*)::int as count,
      to_json(min(died_at)) #>> '{}' as "firstDiedAt", to_json(max(died_at)) #>> '{}' as "lastDiedAt"
    from ${dead} where ${matches(tenant, { ...filter, status: 'open' })}
    group by kind, reason, fingerprint order by count desc, fingerprint limit 100`)
  return rows
}

export type LockedLetter = Awaited<ReturnType<typeof lockSelected>>[number]

/** A dead letter with what its redrive needs of the job. */
const selectWithJob = (tx: Tx) =>
  tx
    .select({
      id: dead.id,
      status: dead.status,
      tenant: dead.tenant,
      kind: dead.kind,
      payload: job.payload,
      secret: job.secret,
      priority: job.priority,
      rootId: job.rootId,
      redriveNo: job.redriveNo,
    })
    .from(dead)
    .innerJoin(job, eq(job.id, dead.jobId))

/** Locks one dead letter. A second request for it waits, and then sees that it is closed. */
export async function lockDeadLetter(tx: Tx, tenant: string, id: string): Promise<LockedLetter | undefined> {
  const [row] = await selectWithJob(tx)
    .where(and(eq(dead.tenant, tenant), eq(dead.id, id)))
    .for('update', { of: dead })
  return row
}

/** Locks the oldest open dead letters of a selection. It skips those that another request is closing. */
export async function lockSelected(
  tx: Tx,
  tenant: string,
  selection: Selection,
  range: { after: string; limit: number },
) {
  return selectWithJob(tx)
    .where(and(selected(tenant, selection), gt(dead.id, range.after)))
    .orderBy(dead.id)
    .limit(range.limit)
    .for('update', { of: dead, skipLocked: true })
}

export async function countSelected(db: Db, tenant: string, selection: Selection): Promise<number> {
  return db.$count(dead, selected(tenant, selection))
}

/** Closes dead letters. Their jobs no longer need their secrets, and retention begins. */
export async function closeDeadLetters(
  tx: Tx,
  ids: readonly string[],
  closing: {
    status: 'redriven' | 'discarded'
    by: string
    note: string | undefined
    retentionSeconds: number
  },
): Promise<void> {
  const { status, by, note = null, retentionSeconds } = closing
  await tx.execute(sql`
    with closed as (
      update ${dead} set status = ${status}, resolved_by = ${by}, resolved_at = now(), note = ${note},
        redriven_job_id = (select redriven.id from ${job} as redriven where redriven.redriven_from = dead.id),
        expires_at = now() + ${retentionSeconds} * interval '1 second'
      where id = any(${sql.param([...ids])}::uuid[]) returning job_id, expires_at
    )
    update ${job} set secret = null, expires_at = closed.expires_at from closed where job.id = closed.job_id`)
}

function selected(tenant: string, selection: Selection) {
  return 'ids' in selection
    ? and(matches(tenant, { status: 'open' }), inArray(dead.id, [...selection.ids]))
    : matches(tenant, { ...selection.filter, status: 'open' })
}

function matches(tenant: string, { status, kind, reason, fingerprint, payload }: DeadFilter) {
  return and(
    eq(dead.tenant, tenant),
    status === undefined ? undefined : eq(dead.status, status),
    kind === undefined ? undefined : eq(dead.kind, kind),
    reason === undefined ? undefined : eq(dead.reason, reason),
    fingerprint === undefined ? undefined : eq(dead.fingerprint, fingerprint),
    payload === undefined
      ? undefined
      : sql`exists (select from ${job} where ${job.id} = ${dead.jobId} and ${job.payload} @> ${JSON.stringify(payload)}::jsonb)`,
  )
}
