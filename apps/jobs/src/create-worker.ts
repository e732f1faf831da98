import { setTimeout as delay } from 'node:timers/promises'
import { subscribe } from '@fondasi/redis'
import type { Redis } from 'ioredis'
import { type CoreParts, cancelChannel, createCore, queuePrefix } from './create-core.ts'
import { listRecentlyCancelled } from './features/dispatch/repository.ts'
import type { Lane } from './features/queues/queues.ts'
import { createActiveRuns } from './features/run/active-runs.ts'
import { createCompletions } from './features/run/completions.ts'
import { createRunner, type RunnerDeps } from './features/run/runner.ts'
import { createWorkers } from './features/run/workers.ts'
import { createWatchdog } from './features/watchdog/watchdog.ts'

/** The part of the grace that running jobs do not get: for the two limits below, and a margin before SIGKILL. */
const reservedMs = 9_000
/**
 * `abortedMs` is for handlers to react to their abort. `flushMs` limits two steps that usually take milliseconds: writing the
 * completions, and letting BullMQ finish its entries.
 */
const shutdownLimits = { abortedMs: 4_000, flushMs: 1_000 }

export interface WorkerParts extends CoreParts {
  /** Waits for Redis, and has no key prefix. */
  workerRedis: Redis
  lane: Lane
  /** Ends the process when its workers no longer fetch jobs. */
  exit: () => void
  announce?: RunnerDeps['announce']
  /** Tests allow more, so that a slow machine does not look like a process that hangs. */
  shutdownLimits?: typeof shutdownLimits
}

/** Composes a worker: it runs the jobs of all queues in one lane, and dispatches like every process. */
export function createWorker(parts: WorkerParts) {
  const { config, log, workerRedis, lane, exit, announce } = parts
  const { abortedMs, flushMs } = parts.shutdownLimits ?? shutdownLimits
  const core = createCore(parts)
  const { db, kinds, jobsMetrics } = core
  const activeRuns = createActiveRuns()
  const completions = createCompletions({ ...core, onFenced: () => jobsMetrics.fenced.inc() })
  const hurried = Promise.withResolvers<void>()
  const subscription = subscribe({
    url: config.REDIS_URL,
    channel: cancelChannel(config),
    log,
    onMessage: activeRuns.cancel,
    async onReady() {
      for (const { id } of await listRecentlyCancelled(db)) activeRuns.cancel(id)
    },
  })
  const workers = createWorkers({
    redis: workerRedis,
    prefix: queuePrefix(config),
    queues: kinds.queues,
    lane,
    // In quarantine, one job runs at a time: if the process dies, it is clear which job killed it.
    concurrencyOf: (queue) =>
      lane === 'quarantine' ? 1 : kinds.concurrencyOf(queue, config.WORKER_CONCURRENCY),
    run: createRunner({ ...core, lane, activeRuns, completions, announce }),
    activeRuns,
    log,
    jobsMetrics,
  })
  const watchdog = createWatchdog({ ...core, workers, exit })

  return {
    core,
    activeRuns,
    /** The health check of the workers. */
    checkConsumption: watchdog.check,
    /** Starts to dispatch, to reconcile and to watch. The workers already run: they started when they were created. */
    start(): void {
      core.start()
      watchdog.start()
    },
    /**
     * Stops within `graceMs`. Jobs in progress get time to end, are then aborted, and at last handed back to another process.
     * None of them uses an attempt.
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
    /** Makes a running `close` abort the jobs in progress at once. */
    hurry: (): void => hurried.resolve(),
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, delay(Math.max(0, limitMs), undefined, { signal: timer.signal }).catch(() => {})])
  timer.abort()
}
