import {
  type Db,
  isCanceled,
  isDeadlock,
  isLockTimeout,
  isUnavailable,
  storableText,
} from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import { type SetAsideStep, setJobAside } from './repository.ts'

const maxReasonLength = 500

export type BadRows = ReturnType<typeof createBadRows>

/** Keeps a job that makes a statement fail from blocking the others. */
export function createBadRows({ db, log, jobsMetrics }: { db: Db; log: Logger; jobsMetrics: JobsMetrics }) {
  /** Sets a job aside: no sweep handles it until a person has fixed the cause and releases it. */
  async function setAside(step: SetAsideStep, jobId: string, error: unknown): Promise<void> {
    log.error(
      { err: error, jobId, step },
      'set a job aside because a sweep cannot handle it; fix the cause and release it',
    )
    jobsMetrics.setAside.inc({ step })
    await setJobAside(db, jobId, step, reasonOf(error))
  }

  /**
   * Runs a statement for a batch of jobs. If one of them makes it fail, runs it for each job alone, and sets aside the jobs for
   * which it fails.
   *
   * @throws when the database is the reason, and not a job. Then nothing is set aside
   */
  async function rowByRow<Row extends { id: string }, Result>(
    step: SetAsideStep,
    rows: readonly Row[],
    run: (rows: readonly Row[]) => Promise<Result[]>,
  ): Promise<Result[]> {
    const [first] = rows
    if (first === undefined) return []
    try {
      return await run(rows)
    } catch (error) {
      if (isPassing(error)) throw error
      if (rows.length === 1) {
        await setAside(step, first.id, error)
        return []
      }
    }
    const results: Result[] = []
    for (const row of rows) results.push(...(await rowByRow(step, [row], run)))
    return results
  }

  return { setAside, rowByRow }
}

/** Whether the same statement may succeed later. */
export function isPassing(error: unknown): boolean {
  return isUnavailable(error) || isLockTimeout(error) || isDeadlock(error) || isCanceled(error)
}

/** The message of the innermost cause, because the messages of outer errors contain the values of the query. */
function reasonOf(error: unknown): string {
  let cause = error
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  return storableText(cause instanceof Error ? cause.message : String(cause), maxReasonLength)
}
