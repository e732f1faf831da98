import { Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import { bullQueueName, type Entry, type Lane } from '../queues/queues.ts'
import type { ActiveRuns } from './active-runs.ts'
import type { FinishedEntry } from './record.ts'
import type { Processor } from './runner.ts'

/**
 * BullMQ's settings. A job whose worker dies is found after 10 to 15 s: the lock has to end, and the check runs every 5 s. An
 * event loop that is blocked for 10 s loses its locks, so that its jobs run twice.
 */
const settings = {
  lockDuration: 10_000,
  stalledInterval: 5_000,
  // Our code sends a stalled job to quarantine. This only ends a job whose processor is never called.
  maxStalledCount: 10,
  drainDelay: 5,
  runRetryDelay: 500,
}

type BullWorker = Worker<Entry, FinishedEntry | undefined>

export type Workers = ReturnType<typeof createWorkers>

/** The BullMQ workers of a process, one per queue. */
export function createWorkers(options: {
  /** Waits for Redis, and has no key prefix. */
  redis: Redis
  prefix: string
  queues: readonly string[]
  lane: Lane
  /** How many jobs of a queue run at once. */
  concurrencyOf: (queue: string) => number
  run: Processor
  activeRuns: ActiveRuns
  log: Logger
  jobsMetrics: JobsMetrics
}) {
  const { redis, prefix, queues, lane, concurrencyOf, run, activeRuns, log, jobsMetrics } = options
  const counts = new Map(queues.map((queue) => [queue, { started: 0, running: 0 }]))
  const workers = new Map(queues.map((queue) => [queue, open(queue)]))

  function open(queue: string): BullWorker {
    const worker: BullWorker = new Worker(bullQueueName(queue, lane), counted(queue), {
      ...settings,
      connection: redis,
      prefix,
      concurrency: concurrencyOf(queue),
      skipVersionCheck: true,
    })
    worker.on('error', (error) => log.warn({ err: error, queue: worker.name }, 'BullMQ reported an error'))
    worker.on('stalled', () => jobsMetrics.stalled.inc({ queue }))
    worker.on('lockRenewalFailed', (ids: string[]) => {
      for (const id of ids) activeRuns.abort(id, 'lock_lost')
    })
    return worker
  }

  /** Counts the runs of a queue, for the watchdog. */
  function counted(queue: string): Processor {
    const count = countOf(queue)
    return async (job, token) => {
      count.started += 1
      count.running += 1
      try {
        return await run(job, token)
      } finally {
        count.running -= 1
      }
    }
  }

  function countOf(queue: string): { started: number; running: number } {
    return counts.get(queue) ?? { started: 0, running: 0 }
  }

  return {
    queues,
    lane,
    /** What the worker of a queue has done so far. */
    activity(queue: string): { started: number; hasFreeSlot: boolean } {
      const { started, running } = countOf(queue)
      return { started, hasFreeSlot: running < concurrencyOf(queue) }
    },
    /** Replaces a worker that no longer fetches jobs. Runs of the old one continue. */
    replace(queue: string): void {
      const old = workers.get(queue)
      workers.set(queue, open(queue))
      old
        ?.close()
        .catch((error: unknown) => log.warn({ err: error, queue }, 'cannot close a worker that was replaced'))
    },
    /**
     * Stops fetching jobs, without waiting for the runs in progress. (BullMQ's `pause(true)` would leave its blocking read open,
     * and that read would take the first job that is handed back.)
     */
    pause(): void {
      for (const [queue, worker] of workers)
        worker.pause().catch((error: unknown) => log.warn({ err: error, queue }, 'cannot pause a worker'))
    },
    /** Closes when BullMQ has finished the entries of all runs. The caller must limit how long it waits. */
    async close(): Promise<void> {
      await Promise.all([...workers.values()].map((worker) => worker.close()))
    },
  }
}
