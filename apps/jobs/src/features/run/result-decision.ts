import type { Kind } from '../kinds/define-job.ts'
import type { DeadReason, Json, Outcome } from '../kinds/outcome.ts'

/** Why the signal of a run was aborted. */
export type AbortReason = 'timeout' | 'cancel' | 'shutdown' | 'lock_lost'

export type ResultDecision =
  | { kind: 'done'; result: Json | undefined }
  | { kind: 'retry'; outcome: 'failed' | 'timeout'; error: unknown; afterMs: number }
  | { kind: 'dead'; outcome: 'failed' | 'timeout'; reason: DeadReason; error: unknown }
  /** Run it again later, without using an attempt. */
  | { kind: 'later'; outcome: 'snoozed' | 'rate_limited' | 'interrupted'; afterMs: number }
  | { kind: 'cancelled' }
  /** Another run has the job, or it has ended: record nothing. */
  | { kind: 'drop' }

interface EndedRun {
  outcome: Outcome
  aborted: AbortReason | undefined
  /** Failed attempts before this run. */
  failedBefore: number
  kind: Pick<Kind, 'attempts' | 'backoff'>
  random: number
}

/**
 * Decides what follows from a run. The first case that applies wins:
 *
 * 1. the lock was lost → drop: another worker may be running the job
 * 2. it succeeded → done, even if it was aborted while it ended
 * 3. the job was cancelled → drop: the ledger already has it as cancelled
 * 4. the process shuts down → later, for another process
 * 5. the deadline passed → a failed attempt
 * 6. what the handler or `classify` decided
 */
export function decideResult(run: EndedRun): ResultDecision {
  const { outcome, aborted } = run
  if (aborted === 'lock_lost') return { kind: 'drop' }
  if (outcome.kind === 'done') return outcome
  if (aborted === 'cancel') return { kind: 'drop' }
  if (aborted === 'shutdown') return { kind: 'later', outcome: 'interrupted', afterMs: 0 }
  if (aborted === 'timeout') return failed(run, 'timeout')
  switch (outcome.kind) {
    case 'dead':
      return { ...outcome, outcome: 'failed' }
    case 'snooze':
      return { kind: 'later', outcome: 'snoozed', afterMs: outcome.forMs }
    case 'rateLimited':
      return { kind: 'later', outcome: 'rate_limited', afterMs: outcome.forMs }
    case 'cancelled':
      return outcome
    case 'retry':
      return failed(run, 'failed', outcome.afterMs)
  }
}

function failed(run: EndedRun, outcome: 'failed' | 'timeout', afterMs?: number): ResultDecision {
  const { kind, random } = run
  const attempt = run.failedBefore + 1
  const error = 'error' in run.outcome ? run.outcome.error : new Error('the deadline has passed')
  if (attempt < kind.attempts)
    return { kind: 'retry', outcome, error, afterMs: afterMs ?? kind.backoff(attempt, random) }
  return { kind: 'dead', outcome, error, reason: outcome === 'timeout' ? 'timeout' : 'exhausted' }
}
