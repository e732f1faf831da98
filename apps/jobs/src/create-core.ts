import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { createSealer } from '@fondasi/outbox'
import { createDb } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Config } from './config.ts'
import { createBadRows } from './features/dispatch/bad-rows.ts'
import { createDispatcher } from './features/dispatch/dispatcher.ts'
import { createReconcile } from './features/dispatch/reconcile.ts'
import { createEnqueuer } from './features/jobs/enqueue.ts'
import { collectKinds, type Kind } from './features/kinds/define-job.ts'
import { createQueues } from './features/queues/queues.ts'
import { followRedisRun } from './features/queues/redis-run.ts'
import { createScheduler } from './features/schedules/scheduler.ts'
import { createJobsMetrics, startAtZero } from './metrics.ts'

export const release = '0.1.0'
const secondsPerDay = 86_400

/** What differs between a process and an instance in a test. */
export interface CoreParts {
  config: Config
  log: Logger
  registry: Registry
  pool: Pool
  /** Fails fast and has no key prefix, because BullMQ has its own. */
  queueRedis: Redis
  /** The kinds of job of this app. The core knows none. */
  kinds: readonly Kind[]
}

export type Core = ReturnType<typeof createCore>

/** The parts that the API and the worker share: the ledger, the queues, and what moves jobs between them. */
export function createCore({ config, log, registry, pool, queueRedis, kinds: list }: CoreParts) {
  const db = createDb(pool)
  const kinds = collectKinds(list)
  const jobsMetrics = createJobsMetrics(registry)
  startAtZero(jobsMetrics, { names: kinds.all.map(({ name }) => name), queues: kinds.queues })
  const owner = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`
  const shared = {
    db,
    redis: queueRedis,
    kinds,
    jobsMetrics,
    log,
    sealer: createSealer(config.JOB_SECRET_KEY),
    /** Names this process in leases. */
    owner,
    who: { worker: owner, release },
    retentionSeconds: config.RETENTION_DAYS * secondsPerDay,
    queues: createQueues({ redis: queueRedis, prefix: queuePrefix(config), log }),
    redisRun: followRedisRun(queueRedis, log),
    badRows: createBadRows({ db, log, jobsMetrics }),
  }
  const dispatcher = createDispatcher({ ...shared, listenUrl: config.DATABASE_URL })
  const reconcile = createReconcile({ ...shared, onLost: dispatcher.wake })
  const enqueuer = createEnqueuer({ ...shared, dispatcher })
  const scheduler = createScheduler({ ...shared, enqueuer })
  const loops = [dispatcher, reconcile, scheduler]
  return {
    ...shared,
    dispatcher,
    reconcile,
    enqueuer,
    scheduler,
    /**
     * Starts to dispatch, to reconcile and to take slots of schedules in the background. It works even if PostgreSQL or Redis
     * is unreachable.
     */
    start(): void {
      for (const loop of loops) loop.start()
    },
    /** Stops what `start` has started. Jobs can still be enqueued and run. */
    async stop(): Promise<void> {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
    async close(): Promise<void> {
      await this.stop()
      await shared.queues.close()
    },
  }
}

/** BullMQ's prefix. The braces keep all its keys in one slot of a Redis cluster. */
export function queuePrefix({ REDIS_PREFIX }: Pick<Config, 'REDIS_PREFIX'>): string {
  return `${REDIS_PREFIX}{queues}`
}

/** The channel that tells workers which jobs were cancelled; a message is the id of a job. */
export function cancelChannel({ REDIS_PREFIX }: Pick<Config, 'REDIS_PREFIX'>): string {
  return `${REDIS_PREFIX}cancel`
}
