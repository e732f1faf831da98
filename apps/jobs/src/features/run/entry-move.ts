import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq'
import type { Json } from '../kinds/outcome.ts'
import type { Entry } from '../queues/queues.ts'

/** What BullMQ keeps of a job that is done, so that reconcile can finish it when its completion was lost. */
export interface FinishedEntry {
  fence: number
  result: Json
}

/** What BullMQ must do with the entry of a job after a run. The ledger already has the result. */
export type EntryMove =
  | { kind: 'finish'; finished: FinishedEntry | undefined }
  | { kind: 'fail'; message: string }
  | { kind: 'delay'; forMs: number }
  /** Back to the front of the queue, for another process. */
  | { kind: 'handBack' }

/**
 * Says it in BullMQ's language: a processor returns to finish, and throws certain errors for everything else. None of them
 * counts as an attempt, because the ledger counts attempts.
 */
export async function moveEntry(
  job: Job<Entry>,
  token: string | undefined,
  move: EntryMove,
): Promise<FinishedEntry | undefined> {
  switch (move.kind) {
    case 'finish':
      return move.finished
    case 'fail':
      throw new UnrecoverableError(move.message)
    case 'delay':
      await orStall(job.moveToDelayed(Date.now() + move.forMs, token))
      throw new DelayedError()
    case 'handBack':
      await orStall(job.moveToWait(token))
      throw new WaitingError()
  }
}

/**
 * An entry that cannot be moved, because Redis is away or another worker has it, stays where it is: if it is still ours, it comes
 * back by stalling. Any error but BullMQ's own would make BullMQ fail the job.
 */
async function orStall(moving: Promise<unknown>): Promise<void> {
  await moving.catch(() => undefined)
}
