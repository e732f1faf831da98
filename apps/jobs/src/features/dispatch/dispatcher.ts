import { createLoop, listen } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { jobState } from '../../db/schema.ts'
import type { JobsMetrics } from '../../metrics.ts'
import type { DispatchRow } from '../jobs/repository.ts'
import type { JobQueue, Queues } from '../queues/queues.ts'
import { type BadRows, isPassing } from './bad-rows.ts'
import * as repository from './repository.ts'

/** While jobs are being added, new ones are collected for this long, so that they are added together. */
const collectMs = 1
const claimAtOnce = 500
/** The pause between looks into the ledger. NOTIFY ends it; the spread keeps processes from looking at the same time. */
const pollMs = { min: 250, max: 1_000 }

interface DispatcherDeps {
  db: Db
  redis: Redis
  queues: Queues
  redisRun: () => string | undefined
  /** Names this process in leases. */
  owner: string
  /** Connects to the same database, not through a pooler. */
  listenUrl: string
  badRows: BadRows
  log: Logger
  jobsMetrics: JobsMetrics
}

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Brings jobs from the ledger to BullMQ. Every process has a dispatcher; a lease decides which one adds a job. No transaction is
 * open during a call to Redis. If a process dies, another one adds its jobs when their leases end. Adding a job that BullMQ
 * already has does nothing.
 */
export function createDispatcher(deps: DispatcherDeps) {
  const { redis, listenUrl, log, jobsMetrics } = deps
  let stopListening = async () => {}
  let collected: DispatchRow[] = []
  const adding = new Set<Promise<void>>()
  const loop = createLoop({
    step: sweep,
    pauseMs: () => pollMs.min + Math.random() * (pollMs.max - pollMs.min),
    onError: (error) => log.warn({ err: error }, 'cannot claim jobs; trying again within a second'),
  })
  redis.on('ready', loop.wake)

  function flush(): void {
    const rows = collected
    collected = []
    const added = dispatch(deps, rows).finally(() => adding.delete(added))
    adding.add(added)
  }

  /** @returns whether more jobs are waiting */
  async function sweep(): Promise<boolean> {
    // While Redis is away, claims would only be returned.
    if (redis.status !== 'ready') return false
    let isMore = false
    for (const source of ['due', 'expired'] as const) {
      const rows = await claim(deps, source)
      if (source === 'expired') jobsMetrics.redispatched.inc(rows.length)
      for (const { runAtMs } of rows)
        jobsMetrics.dispatchLag.observe(Math.max(0, Date.now() - runAtMs) / 1000)
      await dispatch(deps, rows)
      isMore ||= rows.length === claimAtOnce
    }
    return isMore
  }

  return {
    /** Adds jobs that this process has leased, after the commit of the transaction that inserted them. */
    add(rows: readonly DispatchRow[]): void {
      const leased = rows.filter(({ state }) => state === jobState.dispatching)
      if (leased.length === 0) return
      if (collected.length === 0) {
        if (adding.size === 0) setImmediate(flush)
        else setTimeout(flush, collectMs)
      }
      collected.push(...leased)
    },
    /** Looks into the ledger now. */
    wake: loop.wake,
    sweep,
    start(): void {
      stopListening = listen({ url: listenUrl, channel: 'jobs', onNotify: loop.wake, log })
      loop.start()
    },
    /** Stops claiming. Resolves when every job that was being added is added. */
    async stop(): Promise<void> {
      redis.off('ready', loop.wake)
      await Promise.all([loop.stop(), stopListening()])
      if (collected.length > 0) flush()
      await Promise.all(adding)
    },
  }
}

/** Claims jobs together, or one by one if one of them makes that fail. */
async function claim(deps: DispatcherDeps, source: repository.ClaimSource): Promise<DispatchRow[]> {
  const { db, owner, log, badRows } = deps
  const claiming = { source, owner, limit: claimAtOnce }
  try {
    return await repository.claimJobs(db, claiming)
  } catch (error) {
    if (isPassing(error)) throw error
    log.warn({ err: error }, 'cannot claim a batch of jobs; claiming them one by one')
    const claimable = await repository.listClaimable(db, source, claimAtOnce)
    return badRows.rowByRow('claim', claimable, (some) =>
      repository.claimJobs(db, { ...claiming, ids: some.map(({ id }) => id) }),
    )
  }
}

/** Adds leased jobs to their queues. It never throws: if it fails, the leases end and a dispatcher claims the jobs again. */
async function dispatch(deps: DispatcherDeps, rows: readonly DispatchRow[]): Promise<void> {
  const perQueue = Map.groupBy(rows, ({ queue, lane }) => deps.queues.of(queue, lane))
  const adding = [...perQueue].map(([queue, group]) =>
    addToQueue(deps, queue, group).catch((error: unknown) =>
      deps.log.warn(
        { err: error, jobs: group.length },
        'cannot record that jobs are in Redis; they are added again when their leases end',
      ),
    ),
  )
  await Promise.all(adding)
}

/** Adds leased jobs to BullMQ and records it. */
async function addToQueue(
  { db, redisRun, badRows, log }: DispatcherDeps,
  queue: JobQueue | undefined,
  rows: readonly DispatchRow[],
): Promise<void> {
  if (queue === undefined) {
    for (const { id, queue: name } of rows)
      await badRows.setAside('dispatch', id, new Error(`BullMQ does not accept the queue name "${name}"`))
    return
  }
  try {
    await queue.addBulk(rows.map((row) => toBullJob(row, redisRun())))
  } catch (error) {
    log.warn({ err: error, queue: queue.name, jobs: rows.length }, 'cannot add jobs to Redis; trying again')
    // Redis may have them although the command failed. Adding them again does nothing.
    await repository.endLeases(db, rows)
    return
  }
  await repository.markQueued(db, rows)
}

function toBullJob(row: DispatchRow, redisRun: string | undefined) {
  const { id, kind, queue: _queue, lane: _lane, state: _state, priority, delayMs, ...entry } = row
  return {
    name: kind,
    data: { ...entry, redisRun },
    opts: { jobId: id, delay: Math.round(delayMs), priority },
  }
}
