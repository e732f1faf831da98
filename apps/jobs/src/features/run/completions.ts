import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { type BadRows, isPassing } from '../dispatch/bad-rows.ts'
import { completeRuns, type FinishedRun } from './repository.ts'

/** One UPDATE per job would halve the throughput. With batches, a job shows as done a few milliseconds later. */
const flushEveryMs = 5
const batchSize = 200
/**
 * While PostgreSQL is unreachable, at most this many completions wait in memory. Reconcile finds the others in Redis, which
 * keeps the same number of finished jobs per queue.
 */
const maxWaiting = 20_000
const retryMs = 500

type Waiting = PromiseWithResolvers<boolean> & { run: FinishedRun }

export type Completions = ReturnType<typeof createCompletions>

/** Records successful runs in batches. */
export function createCompletions(deps: {
  db: Db
  log: Logger
  retentionSeconds: number
  badRows: BadRows
  onFenced: () => void
}) {
  const { db, log, retentionSeconds, badRows, onFenced } = deps
  let waiting: Waiting[] = []
  let flushing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  /** One batch at a time: while it is written, the next one gathers. */
  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    flushing ??= writeAll().finally(() => {
      flushing = undefined
    })
    await flushing
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize)
      try {
        await write(batch)
        waiting = waiting.slice(batch.length)
      } catch (error) {
        for (const { reject } of batch) reject(new Error('the result is not recorded yet', { cause: error }))
        waiting = isPassing(error) ? waiting.slice(-maxWaiting) : waiting.slice(batch.length)
        log.warn(
          { err: error, waiting: waiting.length },
          'cannot record finished jobs; trying again in 0.5 s',
        )
        await delay(retryMs)
      }
    }
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    const complete = (runs: readonly FinishedRun[]) => completeRuns(db, runs, retentionSeconds)
    const runs = batch.map(({ run }) => run)
    const recorded = new Set(await badRows.rowByRow('complete', runs, complete))
    for (const { run, resolve } of batch) {
      if (!recorded.has(run.id)) onFenced()
      resolve(recorded.has(run.id))
    }
  }

  return {
    /**
     * Adds a finished run to the next batch, which is written within milliseconds.
     * @returns false when the fence has moved on. It rejects when the database is unreachable; a later try may still record the run
     */
    add(run: FinishedRun): Promise<boolean> {
      const recording = { run, ...Promise.withResolvers<boolean>() }
      // Only durable kinds wait for it.
      recording.promise.catch(() => {})
      waiting.push(recording)
      if (waiting.length >= batchSize) void flush()
      else timer ??= setTimeout(() => void flush(), flushEveryMs)
      return recording.promise
    },
    flush,
  }
}
