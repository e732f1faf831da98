import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import { storableBytes } from '../run/failure.ts'
import { type SetAsideStep, setJobAside } from './repository.ts'

const maxReasonBytes = 500

/** Sets a job aside: no sweep handles it any more, until a person has fixed the cause and releases it. */
export type SetAside = (jobId: string, step: SetAsideStep, error: unknown) => Promise<void>

export function createSetAside(deps: { db: Db; log: Logger; jobsMetrics: JobsMetrics }): SetAside {
  const { db, log, jobsMetrics } = deps
  return async (jobId, step, error) => {
    log.error({ err: error, jobId, step }, 'a job is set aside; fix the cause and release it')
    jobsMetrics.setAside.inc({ step })
    await setJobAside(db, jobId, step, reasonOf(error))
  }
}

/** The message of the innermost cause: those around it have the values of the query. */
function reasonOf(error: unknown): string {
  let cause = error
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  return storableBytes(cause instanceof Error ? cause.message : String(cause), maxReasonBytes)
}
