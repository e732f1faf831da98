import { listen } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import type { DispatchRow } from '../jobs/repository.ts'
import type { Entry, Queues } from '../queues/queues.ts'
import { createLoop } from './loop.ts'
import * as repository from './repository.ts'
import { isPassing, rowByRow } from './row-by-row.ts'
import type { SetAside } from './set-aside.ts'

/** New jobs are added together with those of the same millisecond. */
const collectMs = 1
const claimAtOnce = 500
/** Between looks into the ledger. NOTIFY shortens it; the spread keeps processes from looking at the same time. */
const pollMs = { min: 250, max: 1_000 }

export interface DispatcherDeps {
  db: Db
  redis: Redis
  queues: Queues
  redisRun: () => string | undefined
  /** Names this process in leases. */
  owner: string
  /** Connects to the same database, not through a pooler. */
  listenUrl: string
  setAside: SetAside
  log: Logger
  jobsMetrics: JobsMetrics
}

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Brings jobs from the ledger to BullMQ. Every process has one, and each job has one at a time: the process whose lease it
 * has. Nothing holds a row lock while it talks to Redis. If a process dies, another one adds its jobs when their leases end;
 * adding a job that BullMQ has does nothing.
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
      const leased = rows.filter(({ state }) => state === 1)
      if (leased.length === 0) return
      if (collected.length === 0) setTimeout(flush, collectMs)
      collected.push(...leased)
    },
    /** Looks into the ledger now. */
    wake: loop.wake,
    sweep,
    start(): void {
      stopListening = listen({ url: listenUrl, channel: 'jobs', onNotify: loop.wake, log })
      loop.start()
    },
    /** Stops claiming, and resolves when nothing is being added any more. */
    async stop(): Promise<void> {
      redis.off('ready', loop.wake)
      await Promise.all([loop.stop(), stopListening()])
      if (collected.length > 0) flush()
      await Promise.all(adding)
    },
  }
}

/** Claims jobs together; if that fails because of one of them, one by one. */
async function claim(deps: DispatcherDeps, source: repository.ClaimSource): Promise<DispatchRow[]> {
  const { db, owner, log } = deps
  try {
    return await repository.claimJobs(db, { source, owner, limit: claimAtOnce })
  } catch (error) {
    if (isPassing(error)) throw error
    log.warn({ err: error }, 'cannot claim a batch of jobs; claiming them one by one')
    const ids = await repository.listClaimable(db, source, claimAtOnce)
    return rowByRow(
      ids,
      (some) => repository.claimJobs(db, { source, owner, limit: claimAtOnce, ids: some }),
      (id, failure) => deps.setAside(id, 'claim', failure),
    )
  }
}

async function dispatch(deps: DispatcherDeps, rows: readonly DispatchRow[]): Promise<void> {
  const perQueue = Map.groupBy(rows, ({ queue, lane }) => `${queue} ${lane}`)
  await Promise.all([...perQueue.values()].map((group) => addToQueue(deps, group)))
}

/** Adds leased jobs of one queue to BullMQ and records it. It never throws: at worst the leases end. */
async function addToQueue(deps: DispatcherDeps, rows: readonly DispatchRow[]): Promise<void> {
  const { db, queues, redisRun, log } = deps
  const [first] = rows
  if (first === undefined) return
  const queue = queues.of(first.queue, first.lane)
  try {
    if (queue === undefined) {
      const error = new Error(`BullMQ does not accept the queue name "${first.queue}"`)
      await Promise.all(rows.map(({ id }) => deps.setAside(id, 'dispatch', error)))
      return
    }
    try {
      await queue.addBulk(rows.map((row) => entryOf(row, redisRun())))
    } catch (error) {
      log.warn(
        { err: error, queue: first.queue, jobs: rows.length },
        'cannot add jobs to Redis; trying again',
      )
      // It may have added them all the same. Adding them again does nothing.
      await repository.endLeases(db, rows)
      return
    }
    await repository.markQueued(db, rows)
  } catch (error) {
    log.warn(
      { err: error, jobs: rows.length },
      'cannot record the dispatch of jobs; it is repeated when their leases end',
    )
  }
}

function entryOf(row: DispatchRow, redisRun: string | undefined) {
  const { id, kind, tenant, rootId, payload, payloadVersion, dispatchNo, runAtMs, priority, delayMs } = row
  const data: Entry = {
    tenant,
    rootId,
    payload,
    payloadVersion,
    secret: row.secret ?? undefined,
    runAtMs,
    startByMs: row.startByMs ?? undefined,
    dispatchNo,
    redisRun,
    traceparent: row.traceparent ?? undefined,
  }
  return { name: kind, data, opts: { jobId: id, delay: Math.round(delayMs), priority } }
}
