import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { problem } from '../../errors.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import { createOnce } from '../idempotency/create-once.ts'
import type { Queues } from '../queues/queues.ts'
import type { Enqueuer, JobRequest } from './enqueue.ts'
import { readLiveState, toJob } from './present.ts'
import type { DispatchRow, Job as Row } from './repository.ts'
import * as repository from './repository.ts'
import type { Job, JobDetails, JobProgress, JobState, NewJobBody } from './schemas.ts'

/** How a client has sent jobs. */
interface SentJobs {
  route: string
  key: string | undefined
  /** @returns a JSON pointer to the job with this index */
  pointerTo: (index: number) => string
}

export type JobService = ReturnType<typeof createJobService>

/** Jobs as clients see them, by tenant. */
export function createJobService(deps: {
  db: Db
  redis: Redis
  queues: Queues
  enqueuer: Enqueuer
  /** The channel that tells workers which jobs were cancelled. */
  cancelChannel: string
  retentionSeconds: number
  clock: () => Date
  log: Logger
}) {
  const { db, redis, queues, enqueuer, cancelChannel, retentionSeconds, clock, log } = deps

  function toRequest(
    { delaySeconds, startWithinSeconds, ...body }: NewJobBody,
    tenant: string,
    pointer: string,
  ): JobRequest {
    return {
      ...body,
      tenant,
      pointer,
      kind: enqueuer.kindOf(body.kind, pointer),
      delayMs: delaySeconds * 1_000,
      startWithinMs: startWithinSeconds && startWithinSeconds * 1_000,
    }
  }

  async function findJob(db: Db | Tx, tenant: string, id: string): Promise<Row> {
    const row = await repository.findJob(db, tenant, id)
    if (row === undefined) throw problem('job_not_found')
    return row
  }

  const liveState = (row: Row) => readLiveState(queues.of(row.queue, row.lane), row)

  return {
    /**
     * Enqueues all jobs or none. With an idempotency key, it does so only once for each tenant, route and key.
     *
     * @returns the jobs in the order of the request, in their present state
     * @throws `unknown_kind`, `invalid_payload`, `payload_too_large`, `idempotency_key_required`,
     * `idempotency_key_reused`, `idempotency_key_running`
     */
    async enqueue(
      bodies: readonly NewJobBody[],
      { route, key, pointerTo }: SentJobs,
      tenant: string,
    ): Promise<{ jobs: Job[]; replayed: boolean }> {
      const requests = bodies.map((body, index) => toRequest(body, tenant, pointerTo(index)))
      if (key === undefined && requests.some(({ kind }) => kind.requireKey))
        throw problem('idempotency_key_required')
      let inserted: DispatchRow[] = []
      const insert = async (tx: Db | Tx) => {
        inserted = await enqueuer.insert(tx, requests)
        // A process makes ascending ids, so this is the order of the request.
        return inserted.map(({ id }) => id).toSorted()
      }
      const once = { scope: `${tenant} ${route}`, key, request: bodies, now: clock() }
      // Without a key, one statement needs no transaction around it.
      const { ids, replayed } =
        key === undefined ? { ids: await insert(db), replayed: false } : await createOnce(db, once, insert)
      enqueuer.committed(inserted)
      const rows = await repository.findJobs(db, tenant, ids)
      return { jobs: rows.map(toJob), replayed }
    },

    /** Newest first. */
    async list(
      tenant: string,
      filter: { kind?: string | undefined; state?: JobState | undefined },
      range: Range,
    ): Promise<Job[]> {
      return (await repository.listJobs(db, tenant, filter, range)).map(toJob)
    },

    /** @throws `job_not_found` */
    async read(tenant: string, id: string): Promise<JobDetails> {
      const row = await findJob(db, tenant, id)
      const [runs, setAside = null, live] = await Promise.all([
        repository.listAttempts(db, id),
        repository.findSetAside(db, id),
        liveState(row),
      ])
      return { ...toJob(row), ...live, payload: row.payload, setAside, runs }
    },

    /** The fields that change while the job is open. @returns undefined when the job does not exist */
    async progress(tenant: string, id: string): Promise<JobProgress | undefined> {
      const row = await repository.findJob(db, tenant, id)
      if (row === undefined) return undefined
      const { state, failedAttempts, runAt, finishedAt } = toJob(row)
      const { activity, progress } = await liveState(row)
      return { state, activity, progress, failedAttempts, runAt, finishedAt }
    },

    /**
     * Cancels a job that has not ended. The ledger decides. Then the entry is removed from Redis, and the worker that runs the
     * job aborts it. Cancelling a cancelled job again changes nothing.
     *
     * @throws `job_not_found`, `job_final` when it is done or dead
     */
    async cancel(id: string, by: ChangedBy): Promise<Job> {
      const row = await withTransaction(db, async (tx) => {
        if (await repository.cancelJob(tx, by.tenant, id, retentionSeconds))
          await recordChange(tx, by, 'job_cancelled', [{ type: 'job', id }])
        return findJob(tx, by.tenant, id)
      })
      const job = toJob(row)
      if (job.state !== 'cancelled') throw problem('job_final')
      try {
        await redis.publish(cancelChannel, id)
        await queues.of(row.queue, row.lane)?.remove(id)
      } catch (error) {
        log.info({ err: error, jobId: id }, 'cannot remove a cancelled job from Redis; reconcile removes it')
      }
      return job
    },

    /**
     * Releases a job that was set aside, so that the sweeps handle it again.
     * @throws `job_not_found`, `job_not_set_aside`
     */
    async release(id: string, by: ChangedBy): Promise<Job> {
      return withTransaction(db, async (tx) => {
        const row = await findJob(tx, by.tenant, id)
        if (!(await repository.releaseJob(tx, id))) throw problem('job_not_set_aside')
        await recordChange(tx, by, 'job_released', [{ type: 'job', id }])
        return toJob(row)
      })
    },
  }
}
