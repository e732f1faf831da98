import type { Db } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import type { Queues } from '../queues/queues.ts'
import { describeFailure, fingerprintOf } from '../run/failure.ts'
import { completeRuns, type Runner, recordDeath } from '../run/repository.ts'
import { createLoop } from './loop.ts'
import { decideReconcile, type EntryFields } from './reconcile-decision.ts'
import * as repository from './repository.ts'
import { rowByRow } from './row-by-row.ts'
import type { SetAside } from './set-aside.ts'

const everyMs = 60_000
/** A queued job this young need not be looked up: Redis rarely loses one. */
const youngMs = 30_000
const batchSize = 500
const firstId = '00000000-0000-0000-0000-000000000000'

export interface ReconcileDeps {
  db: Db
  redis: Redis
  queues: Queues
  who: Runner
  retentionSeconds: number
  /** Called when jobs were returned to the dispatcher. */
  onLost: () => void
  setAside: SetAside
  log: Logger
  jobsMetrics: JobsMetrics
}

/**
 * Compares the ledger with Redis, after every connection to Redis and every minute. It returns jobs that Redis has lost,
 * finishes those whose completion was lost, pauses the queues that should be paused, and removes cancelled jobs.
 */
export function createReconcile(deps: ReconcileDeps) {
  const { redis, log } = deps
  // Redis may have lost everything, also what is young.
  let isReconnected = true
  const loop = createLoop({
    step: async () => {
      if (redis.status !== 'ready') return
      const olderThanMs = isReconnected ? 0 : youngMs
      isReconnected = false
      await sweep(olderThanMs)
    },
    pauseMs: () => everyMs,
    onError: (error) =>
      log.warn({ err: error }, 'cannot compare the ledger with Redis; trying again within a minute'),
  })
  const reconnected = () => {
    isReconnected = true
    loop.wake()
  }
  redis.on('ready', reconnected)

  /** @param olderThanMs younger jobs are skipped */
  async function sweep(olderThanMs = youngMs): Promise<void> {
    await restorePauses(deps)
    await removeCancelled(deps)
    let after = firstId
    for (;;) {
      const jobs = await repository.listQueued(deps.db, { olderThanMs, after, limit: batchSize })
      await reconcile(deps, jobs)
      const last = jobs.at(-1)
      if (jobs.length < batchSize || last === undefined) return
      after = last.id
    }
  }

  return {
    sweep,
    start: loop.start,
    async stop(): Promise<void> {
      redis.off('ready', reconnected)
      await loop.stop()
    },
  }
}

async function reconcile(deps: ReconcileDeps, jobs: readonly repository.QueuedJob[]): Promise<void> {
  const { db, queues, retentionSeconds, jobsMetrics } = deps
  const entries = await readEntries(deps, jobs)
  const decided = jobs.map((job, at) => ({ job, decision: decideReconcile(job, entries[at] ?? noEntry) }))

  const lost = decided.filter(({ decision }) => decision.kind === 'lost').map(({ job }) => job)
  for (const { job, decision } of decided)
    if (decision.kind === 'lost' && decision.remove) await queues.of(job.queue, job.lane)?.remove(job.id)
  const returned = await each(deps, lost, (some) => repository.returnLost(db, some))
  jobsMetrics.returned.inc(returned.length)
  if (returned.length > 0) deps.onLost()

  const done = decided.flatMap(({ job, decision }) =>
    decision.kind === 'done' ? [{ ...job, result: decision.result }] : [],
  )
  await each(deps, done, (some) => completeRuns(db, some, retentionSeconds))

  for (const { job, decision } of decided) if (decision.kind === 'failed') await bury(deps, job, decision)
}

/** Row by row when a batch fails, so that one bad row does not block the others. */
function each<Row extends { id: string }>(
  { setAside }: ReconcileDeps,
  rows: readonly Row[],
  run: (rows: readonly Row[]) => Promise<string[]>,
): Promise<string[]> {
  return rowByRow(rows, run, ({ id }, error) => setAside(id, 'reconcile', error))
}

const noEntry: EntryFields = { timestamp: null, finishedOn: null, returnValue: null, failedReason: null }

/** Reads what BullMQ knows of jobs, in one round trip. */
async function readEntries(
  { redis, queues }: ReconcileDeps,
  jobs: readonly repository.QueuedJob[],
): Promise<EntryFields[]> {
  const pipeline = redis.pipeline()
  for (const { id, queue, lane } of jobs)
    pipeline.hmget(
      queues.of(queue, lane)?.toKey(id) ?? '',
      'timestamp',
      'finishedOn',
      'returnvalue',
      'failedReason',
    )
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, values]) => {
    if (error) throw error
    const [timestamp, finishedOn, returnValue, failedReason] = toTexts(values)
    return {
      timestamp: timestamp ?? null,
      finishedOn: finishedOn ?? null,
      returnValue: returnValue ?? null,
      failedReason: failedReason ?? null,
    }
  })
}

function toTexts(values: unknown): (string | null)[] {
  return Array.isArray(values) ? values.map((value) => (typeof value === 'string' ? value : null)) : []
}

async function bury(
  { db, who }: ReconcileDeps,
  job: repository.QueuedJob,
  { isPoison, message }: { isPoison: boolean; message: string },
): Promise<void> {
  const failure = describeFailure(new Error(message))
  const run = { ...who, startedAt: new Date(), outcome: isPoison ? 'crashed' : 'failed', failure } as const
  const reason = isPoison ? 'poison' : 'non_retryable'
  await recordDeath(db, job, run, { reason, fingerprint: fingerprintOf(job.kind, failure) })
}

/** Redis forgets which queues are paused when it loses its data. */
async function restorePauses({ db, queues }: ReconcileDeps): Promise<void> {
  for (const name of await repository.listPausedQueues(db))
    for (const lane of ['normal', 'quarantine'] as const) await queues.of(name, lane)?.pause()
}

async function removeCancelled({ db, queues, log }: ReconcileDeps): Promise<void> {
  for (const { id, queue, lane } of await repository.listRecentlyCancelled(db)) {
    await queues
      .of(queue, lane)
      ?.remove(id)
      .catch((error: unknown) =>
        log.debug({ err: error, jobId: id }, 'a cancelled job is running and ends by itself'),
      )
  }
}
