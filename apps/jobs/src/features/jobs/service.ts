import { type Db, runIdempotently, type Tx, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { z } from 'zod'
import { problem } from '../../errors.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import type { Queues } from '../queues/queues.ts'
import type { Enqueuer, JobRequest } from './enqueue.ts'
import { readLiveState, stateNumber, toDetails, toJob } from './present.ts'
import type { DispatchRow } from './repository.ts'
import * as repository from './repository.ts'
import type { Job, JobDetails, JobProgress, jobStates, NewJobBody } from './schemas.ts'

const ids = z.array(z.uuid())

export type JobService = ReturnType<typeof createJobService>

/** Jobs as clients see them, by tenant. */
export function createJobService(deps: {
  db: Db
  redis: Redis
  queues: Queues
  enqueuer: Enqueuer
  /** Where workers hear of cancelled jobs; the message is the id. */
  cancelChannel: string
  retentionSeconds: number
  clock: () => Date
  log: Logger
}) {
  const { db, redis, queues, enqueuer, cancelChannel, retentionSeconds, clock, log } = deps

  function toRequest({ delaySeconds, startWithinSeconds, ...body }: NewJobBody, tenant: string): JobRequest {
    return {
      tenant,
      kind: enqueuer.kindOf(body.kind),
      payload: body.payload,
      priority: body.priority,
      delayMs: delaySeconds * 1_000,
      startWithinMs: startWithinSeconds === undefined ? undefined : startWithinSeconds * 1_000,
      secret: body.secret,
    }
  }

  async function readAll(tenant: string, jobIds: readonly string[]): Promise<Job[]> {
    return (await repository.findJobs(db, tenant, jobIds)).map(toJob)
  }

  return {
    /**
     * Enqueues jobs, all or none. With an idempotency key only once for each tenant, route and key.
     *
     * @returns the jobs in the order of the request, in their present state
     * @throws `unknown_kind`, `invalid_payload`, `payload_too_large`, `idempotency_key_required`,
     * `idempotency_key_reused`, `idempotency_key_running`
     */
    async enqueue(
      bodies: readonly NewJobBody[],
      once: { route: string; key: string | undefined },
      tenant: string,
    ): Promise<{ jobs: Job[]; replayed: boolean }> {
      const requests = bodies.map((body) => toRequest(body, tenant))
      const { route, key } = once
      if (key === undefined && requests.some(({ kind }) => kind.requireKey))
        throw problem('idempotency_key_required')
      let inserted: DispatchRow[] = []
      const insert = async (tx: Db | Tx) => {
        inserted = await enqueuer.insert(tx, requests)
        // Ids of one process grow, so this is the order of the request.
        return inserted.map(({ id }) => id).toSorted()
      }
      if (key === undefined) {
        const jobIds = await insert(db)
        enqueuer.committed(inserted)
        return { jobs: await readAll(tenant, jobIds), replayed: false }
      }
      const scope = `${tenant} ${route}`
      const outcome = await runIdempotently(db, { scope, key, request: bodies, now: clock() }, insert)
      if (outcome.kind === 'reused') throw problem('idempotency_key_reused')
      if (outcome.kind === 'running')
        throw problem('idempotency_key_running', { headers: { 'retry-after': '1' } })
      enqueuer.committed(inserted)
      return { jobs: await readAll(tenant, ids.parse(outcome.answer)), replayed: outcome.replayed }
    },

    /** Newest first. */
    async list(
      tenant: string,
      filter: { kind?: string | undefined; state?: (typeof jobStates)[number] | undefined },
      range: Range,
    ): Promise<Job[]> {
      const state = filter.state === undefined ? undefined : stateNumber(filter.state)
      return (await repository.listJobs(db, tenant, { kind: filter.kind, state }, range)).map(toJob)
    },

    /** @throws `job_not_found` */
    async read(tenant: string, id: string): Promise<JobDetails> {
      const row = await repository.findJob(db, tenant, id)
      if (row === undefined) throw problem('job_not_found')
      const [runs, setAside, live] = await Promise.all([
        repository.listAttempts(db, id),
        repository.findSetAside(db, id),
        readLiveState(queues.of(row.queue, row.lane), row),
      ])
      return toDetails(row, { runs, setAside, live })
    },

    /** What changes while the job is open, or undefined when there is no such job. */
    async progress(tenant: string, id: string): Promise<JobProgress | undefined> {
      const row = await repository.findJob(db, tenant, id)
      if (row === undefined) return undefined
      const { state, failedAttempts, runAt, finishedAt } = toJob(row)
      const { activity, progress } = await readLiveState(queues.of(row.queue, row.lane), row)
      return { state, activity, progress, failedAttempts, runAt, finishedAt }
    },

    /**
     * Cancels a job that has not ended. The ledger decides; Redis only makes it quick: the entry is removed, and a worker that
     * runs the job aborts it. A job that is cancelled already stays so.
     *
     * @throws `job_not_found`, `job_final` when it is done or dead
     */
    async cancel(id: string, by: ChangedBy): Promise<Job> {
      const row = await withTransaction(db, async (tx) => {
        const cancelled = await repository.cancelJob(tx, by.tenant, id, retentionSeconds)
        if (cancelled !== undefined) {
          await recordChange(tx, by, 'job_cancelled', [{ type: 'job', id }])
          return cancelled
        }
        const found = await repository.findJob(tx, by.tenant, id)
        if (found === undefined) throw problem('job_not_found')
        if (found.state !== stateNumber('cancelled')) throw problem('job_final')
        return found
      })
      try {
        await redis.publish(cancelChannel, id)
        await queues.of(row.queue, row.lane)?.remove(id)
      } catch (error) {
        log.info({ err: error, jobId: id }, 'a cancelled job is still in Redis; reconcile removes it')
      }
      return toJob(row)
    },

    /**
     * Lets the sweeps handle a job again that was set aside.
     * @throws `job_not_found`, `job_not_set_aside`
     */
    async release(id: string, by: ChangedBy): Promise<Job> {
      return withTransaction(db, async (tx) => {
        const row = await repository.findJob(tx, by.tenant, id)
        if (row === undefined) throw problem('job_not_found')
        if (!(await repository.releaseJob(tx, id))) throw problem('job_not_set_aside')
        await recordChange(tx, by, 'job_released', [{ type: 'job', id }])
        return toJob(row)
      })
    },
  }
}
