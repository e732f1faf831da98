import type { Lane } from '../queues/queues.ts'

/**
 * Whether a start is certainly the first one of its job. It then holds fence 0 and needs no query, which keeps the usual job
 * free of round trips to PostgreSQL. Any doubt costs one query:
 *
 * - the ledger has claimed the job more than once: BullMQ may have had it before
 * - BullMQ counts an earlier start: a retry, a stall, a delay or a hand-back
 * - Redis has another run id, or an unknown one: it may have restored an old copy of its data
 */
export function isFirstStart(start: {
  dispatchNo: number
  attemptsStarted: number
  redisRunOfEntry: string | undefined
  redisRun: string | undefined
}): boolean {
  const { dispatchNo, attemptsStarted, redisRunOfEntry, redisRun } = start
  return dispatchNo === 1 && attemptsStarted === 1 && redisRun !== undefined && redisRunOfEntry === redisRun
}

export type StartDecision =
  | { kind: 'run' }
  /** The process that ran the job died: run it where it can harm no other job. */
  | { kind: 'quarantine' }
  /** BullMQ has returned it too early, for example after a stall during its pause. */
  | { kind: 'wait'; forMs: number }

/** A shorter wait may only be a difference between clocks. */
const toleranceMs = 1_000

/** Decides what to do with a job that was started before. The first case that applies wins. */
export function decideStart(start: { stalls: number; lane: Lane; untilDueMs: number }): StartDecision {
  if (start.stalls > 0 && start.lane === 'normal') return { kind: 'quarantine' }
  if (start.untilDueMs > toleranceMs) return { kind: 'wait', forMs: start.untilDueMs }
  return { kind: 'run' }
}
