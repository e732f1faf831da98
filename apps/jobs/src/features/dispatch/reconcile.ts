import { createLoop } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { NIL as firstId } from 'uuid'
import { z } from 'zod'
import type { JobsMetrics } from '../../metrics.ts'
import { lanes, type Queues } from '../queues/queues.ts'
import { listPauses } from '../queues/repository.ts'
import { describeFailure } from '../run/failure.ts'
import { completeRuns, type FinishedRun, type Runner, recordDeath } from '../run/repository.ts'
import type { BadRows } from './bad-rows.ts'
import { decideReconcile, type EntryFields } from './reconcile-decision.ts'
import type { Place, QueuedJob } from './repository.ts'
import * as repository from './repository.ts'

const everyMs = 60_000
/** A queued job this young need not be looked up: Redis rarely loses one. */
const youngMs = 30_000
const batchSize = 500

interface ReconcileDeps {
  db: Db
  redis: Redis
  queues: Queues
  who: Runner
  retentionSeconds: number
  /** Called when jobs were returned to the dispatcher. */
  onLost: () => void
  badRows: BadRows
  log: Logger
  jobsMetrics: JobsMetrics
}

/**
 * Compares the ledger with Redis, after every connection to Redis and every minute. It returns jobs that Redis has lost,
 * finishes those whose completion was lost, pauses the queues that should be paused, and removes cancelled jobs.
 */
export function createReconcile(deps: ReconcileDeps) {
  const { redis, log } = deps
  // After a reconnect, Redis may have lost everything, also young jobs.
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
    let after: string = firstId
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

async function reconcile(deps: ReconcileDeps, jobs: readonly QueuedJob[]): Promise<void> {
  const { db, queues, who, retentionSeconds, badRows, jobsMetrics } = deps
  const entries = await readEntries(deps, jobs)
  const lost: QueuedJob[] = []
  const done: FinishedRun[] = []
  for (const [at, job] of jobs.entries()) {
    const decision = decideReconcile(job, entries[at] ?? noEntry)
    switch (decision.kind) {
      case 'keep':
        break
      case 'lost':
        if (decision.remove) await queues.of(job.queue, job.lane)?.remove(job.id)
        lost.push(job)
        break
      case 'done':
        done.push({ ...job, result: decision.result })
        break
      case 'failed': {
        const { outcome, reason, message } = decision
        const failure = describeFailure(new Error(message), job.kind)
        const run = { ...who, startedAt: new Date(), outcome, failure }
        await badRows.rowByRow('reconcile', [job], async () => [await recordDeath(db, job, run, reason)])
      }
    }
  }
  const returned = await badRows.rowByRow('reconcile', lost, (some) => repository.returnLost(db, some))
  jobsMetrics.returned.inc(returned.length)
  if (returned.length > 0) deps.onLost()
  await badRows.rowByRow('reconcile', done, (some) => completeRuns(db, some, retentionSeconds))
}

const noEntry: EntryFields = { timestamp: null, finishedOn: null, returnvalue: null, failedReason: null }
const fields = ['timestamp', 'finishedOn', 'returnvalue', 'failedReason'] as const
const field = z.string().nullable()
const reply = z.tuple([field, field, field, field])

/** Reads what BullMQ knows of jobs, in one round trip. */
async function readEntries({ redis, queues }: ReconcileDeps, jobs: readonly Place[]): Promise<EntryFields[]> {
  const pipeline = redis.pipeline()
  for (const { id, queue, lane } of jobs) pipeline.hmget(queues.of(queue, lane)?.toKey(id) ?? '', ...fields)
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, values]) => {
    if (error) throw error
    const [timestamp, finishedOn, returnvalue, failedReason] = reply.parse(values)
    return { timestamp, finishedOn, returnvalue, failedReason }
  })
}

/** Redis forgets which queues are paused when it loses its data. */
async function restorePauses({ db, queues }: ReconcileDeps): Promise<void> {
  for (const { name } of await listPauses(db)) for (const lane of lanes) await queues.of(name, lane)?.pause()
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
