import { z } from 'zod'
import type { DeadReason, Json } from '../kinds/outcome.ts'

/** Fields of BullMQ's hash of a job, each null when it is missing. */
export interface EntryFields {
  /** Every entry has one. */
  timestamp: string | null
  finishedOn: string | null
  returnvalue: string | null
  failedReason: string | null
}

export type ReconcileDecision =
  /** It waits or runs. */
  | { kind: 'keep' }
  /** Redis has lost it: the dispatcher must add it again. With `remove`, an entry that would prevent that is removed first. */
  | { kind: 'lost'; remove: boolean }
  /** It is done, and its completion was lost. */
  | { kind: 'done'; result: Json }
  /** BullMQ has failed it and the ledger does not know: it has stalled too often, or our code has thrown. */
  | { kind: 'failed'; outcome: 'crashed' | 'failed'; reason: DeadReason; message: string }

/** BullMQ's words for a job that has stalled more than `maxStalledCount` times. */
const stalledTooOften = 'job stalled more than allowable limit'

const finishedEntry = z.object({ fence: z.int(), result: z.json() })

/**
 * Decides about a job that the ledger calls queued.
 *
 * A finished entry counts as done only if it finished with the fence that the ledger has. Otherwise its run was rejected, and
 * the job must run again.
 */
export function decideReconcile(ledger: { fence: number }, entry: EntryFields): ReconcileDecision {
  if (entry.timestamp === null) return { kind: 'lost', remove: false }
  if (entry.finishedOn === null) return { kind: 'keep' }
  if (entry.failedReason !== null)
    return entry.failedReason === stalledTooOften
      ? { kind: 'failed', outcome: 'crashed', reason: 'poison', message: entry.failedReason }
      : { kind: 'failed', outcome: 'failed', reason: 'non_retryable', message: entry.failedReason }
  const finished = finishedEntry.safeParse(JSON.parse(entry.returnvalue ?? 'null'))
  return finished.success && finished.data.fence === ledger.fence
    ? { kind: 'done', result: finished.data.result }
    : { kind: 'lost', remove: true }
}
