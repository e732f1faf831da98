import { setTimeout as delay } from 'node:timers/promises'
import { subscribe } from '@fondasi/redis'
import type { Redis } from 'ioredis'
import { type CoreParts, cancelChannel, createCore, queuePrefix } from './create-core.ts'
import { listRecentlyCancelled } from './features/dispatch/repository.ts'
import type { Lane } from './features/queues/queues.ts'
import { createActiveRuns } from './features/run/active-runs.ts'
import { createCancellations } from './features/run/cancellations.ts'
import { createCompletions } from './features/run/completions.ts'
import { type Announce, createRunner } from './features/run/runner.ts'
import { createWorkers } from './features/run/workers.ts'
import { createWatchdog } from './features/watchdog/watchdog.ts'

/** Of the grace, this is for the drain before, for what the next two limits allow, and for the exit before the kill. */
const reservedMs = 9_000
/** `flushMs` is for writing completions, and for BullMQ to finish its entries: each may take it, and takes milliseconds. */
const shutdownLimits = { abortedMs: 4_000, flushMs: 1_000 }

export interface WorkerParts extends CoreParts {
  /** Waits for Redis, and has no key prefix. */
  workerRedis: Redis
  lane: Lane
  /** Ends the process when its workers do not fetch jobs any more. */
  exit: () => void
  announce?: Announce
  /** Tests allow more, so that a slow machine does not look like a process that hangs. */
  shutdownLimits?: typeof shutdownLimits
}

/** Composes a worker: it runs the jobs of all queues in one lane, and dispatches like every process. */
export function createWorker(parts: WorkerParts) {
  const { config, log, workerRedis, lane } = parts
  const { abortedMs, flushMs } = parts.shutdownLimits ?? shutdownLimits
  const core = createCore(parts)
  const { db, kinds, queues, jobsMetrics, who, sealer, retentionSeconds, redisRun, setAside } = core
  const activeRuns = createActiveRuns()
  const cancellations = createCancellations(Date.now)
  const onFenced = () => jobsMetrics.fenced.inc()
  const completions = createCompletions({ db, log, retentionSeconds, setAside, onFenced })
  const cancelled = (id: string) => {
    cancellations.add(id)
    activeRuns.abort(id, 'cancel')
  }
  const hurried = Promise.withResolvers<void>()
  const subscription = subscribe({
    url: config.REDIS_URL,
    channel: cancelChannel(config),
    log,
    onMessage: cancelled,
    async onReady() {
      for (const { id } of await listRecentlyCancelled(db)) cancelled(id)
    },
  })
  const run = createRunner({
    db,
    kinds,
    lane,
    who,
    sealer,
    log,
    jobsMetrics,
    retentionSeconds,
    activeRuns,
    cancellations,
    completions,
    redisRun,
    setAside,
    announce: parts.announce,
    onQuarantined: (queue) => {
      jobsMetrics.quarantined.inc({ queue })
      core.dispatcher.wake()
    },
    async holdQueue(queue, forMs) {
      await queues.of(queue, lane)?.rateLimit(forMs)
    },
  })
  const workers = createWorkers({
    redis: workerRedis,
    prefix: queuePrefix(config),
    queues: kinds.queues,
    lane,
    // One at a time: when the process dies, it is clear which job has killed it.
    concurrency: lane === 'quarantine' ? 1 : config.WORKER_CONCURRENCY,
    run,
    activeRuns,
    log,
    jobsMetrics,
  })

  const watchdog = createWatchdog({ workers, queues, exit: parts.exit, log, jobsMetrics })

  return {
    core,
    cancellations,
    /** The health check of the workers. */
    checkConsumption: watchdog.check,
    /** Starts to dispatch, to reconcile and to watch. The workers run since they were made. */
    start(): void {
      core.start()
      watchdog.start()
    },
    /**
     * Stops within `graceMs`: jobs in progress may end, are then aborted, and at last handed back to another process. None of
     * them uses an attempt.
     */
    async close(graceMs: number): Promise<void> {
      await Promise.all([core.stop(), watchdog.stop()])
      workers.pause()
      await within(graceMs - reservedMs, Promise.race([activeRuns.whenIdle(), hurried.promise]))
      activeRuns.abortAll('shutdown')
      await within(abortedMs, activeRuns.whenIdle())
      await within(flushMs, completions.flush())
      await within(flushMs, workers.close())
      await subscription.close()
      await core.close()
    },
    /** Makes a running `close` abort the jobs in progress now. */
    hurry: (): void => hurried.resolve(),
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, delay(Math.max(0, limitMs), undefined, { signal: timer.signal }).catch(() => {})])
  timer.abort()
}
