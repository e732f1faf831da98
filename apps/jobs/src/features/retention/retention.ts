import { createLoop, type Loop } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { deleteExpired } from './repository.ts'

const everyMs = 60_000
/** Few enough that one DELETE holds its locks only briefly. */
const jobsAtOnce = 1_000

/** Deletes ended jobs after their retention: rows whose `expires_at` has passed. Open jobs and open dead letters have none. */
export function createRetention({ db, log }: { db: Db; log: Logger }): Loop {
  return createLoop({
    step: async () => (await deleteExpired(db, jobsAtOnce)) === jobsAtOnce,
    pauseMs: () => everyMs,
    onError: (error) => log.warn({ err: error }, 'cannot delete expired jobs; trying again within a minute'),
  })
}
