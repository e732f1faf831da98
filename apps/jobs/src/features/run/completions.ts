import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { isPassing, rowByRow } from '../dispatch/row-by-row.ts'
import type { SetAside } from '../dispatch/set-aside.ts'
import { completeRuns, type FinishedRun } from './repository.ts'

/** One UPDATE per job would halve the throughput. A batch costs a job a few milliseconds until it shows as done. */
const flushEveryMs = 5
const batchSize = 200
/**
 * While PostgreSQL is unreachable, at most this many wait in memory. Reconcile finds the others in Redis, which keeps as many
 * finished jobs.
 */
const maxWaiting = 20_000
const retryMs = 500

type Waiting = FinishedRun & { settle: (recorded: boolean | Error) => void }

export type Completions = ReturnType<typeof createCompletions>

/** Records finished runs in batches. */
export function createCompletions(deps: {
  db: Db
  log: Logger
  retentionSeconds: number
  setAside: SetAside
  onFenced: () => void
}) {
  const { db, log, retentionSeconds, setAside, onFenced } = deps
  let waiting: Waiting[] = []
  let flushing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  function schedule(): void {
    if (waiting.length >= batchSize) void flush()
    else timer ??= setTimeout(() => void flush(), flushEveryMs)
  }

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
        for (const { settle } of batch) settle(new Error('the result is not recorded yet', { cause: error }))
        if (isPassing(error)) {
          waiting = waiting.slice(-maxWaiting)
          log.warn({ err: error, waiting: waiting.length }, 'cannot record finished jobs; trying again')
          await delay(retryMs)
        } else {
          waiting = waiting.slice(batch.length)
          log.error({ err: error }, 'cannot record finished jobs; reconcile will find them in Redis')
        }
      }
    }
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    const recorded = new Set(
      await rowByRow(
        batch,
        (rows) => completeRuns(db, rows, retentionSeconds),
        ({ id }, error) => setAside(id, 'complete', error),
      ),
    )
    for (const { id, settle } of batch) {
      if (!recorded.has(id)) onFenced()
      settle(recorded.has(id))
    }
  }

  return {
    /** Takes a finished run; it is recorded within milliseconds. */
    add(run: FinishedRun): void {
      waiting.push({ ...run, settle: () => {} })
      schedule()
    },
    /**
     * Waits until a finished run is recorded.
     * @returns false when the fence has moved on
     * @throws when the database is unreachable; it may still be recorded later
     */
    async addDurably(run: FinishedRun): Promise<boolean> {
      const settled = new Promise<boolean | Error>((settle) => waiting.push({ ...run, settle }))
      schedule()
      const outcome = await settled
      if (outcome instanceof Error) throw outcome
      return outcome
    },
    flush,
  }
}
