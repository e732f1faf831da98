import type { Db } from '@fondasi/postgres'
import { type Job as BullJob, DelayedError, UnrecoverableError, WaitingError } from 'bullmq'
import type { Logger } from 'pino'
import type { Json } from '../kinds/outcome.ts'
import type { Entry, Lane, Queues } from '../queues/queues.ts'
import type { Run } from './attempt.ts'
import type { Completions } from './completions.ts'
import { describeFailure } from './failure.ts'
import type { Runner } from './repository.ts'
import * as repository from './repository.ts'
import type { ResultDecision } from './result-decision.ts'
import { storableResult } from './storable-json.ts'

/** What BullMQ keeps of a job that is done, so that reconcile can finish it when its completion was lost. */
export interface FinishedEntry {
  fence: number
  result: Json
}

/** What BullMQ must do with the entry of a job after a run. */
export type EntryMove =
  | { kind: 'finish'; finished: FinishedEntry | undefined }
  | { kind: 'fail'; message: string }
  | { kind: 'delay'; forMs: number }
  /** Back to the front of the queue, for another process. */
  | { kind: 'handBack' }

/** The entry is not needed: the job has ended, another run has it, or the ledger dispatches it again. */
export const leave: EntryMove = { kind: 'finish', finished: undefined }

export interface RecordDeps {
  db: Db
  queues: Queues
  lane: Lane
  who: Runner
  completions: Completions
  retentionSeconds: number
  log: Logger
}

/**
 * Writes the result of a run to the ledger before BullMQ learns of it. If the process dies in between, the entry comes back by
 * stalling, and its next start reads the ledger. A success of a kind that is not durable is the exception: it is written in a
 * batch, and if the process dies before that, reconcile finds the finished entry in BullMQ.
 *
 * @param secrets values that must not appear in a message
 * @returns undefined when the result was rejected, because the fence has moved on
 */
export async function record(
  deps: RecordDeps,
  run: Run,
  decision: ResultDecision,
  secrets: readonly string[],
): Promise<EntryMove | undefined> {
  const { db, who, retentionSeconds } = deps
  const { job, held, startedAt } = run
  const failure = 'error' in decision ? describeFailure(decision.error, job.name, secrets) : undefined
  const ended = { ...who, startedAt, failure }
  switch (decision.kind) {
    case 'drop':
      return leave
    case 'done':
      return recordDone(deps, run, decision.result)
    case 'retry':
    case 'later':
      return recordRerun(deps, run, { ...ended, outcome: decision.outcome }, decision)
    case 'dead': {
      const { outcome, reason } = decision
      const isRecorded = await repository.recordDeath(db, held, { ...ended, outcome }, reason)
      return isRecorded ? { kind: 'fail', message: reason } : undefined
    }
    case 'cancelled': {
      const cancelled = { ...ended, outcome: 'cancelled' } as const
      return (await repository.recordCancelled(db, held, cancelled, retentionSeconds)) ? leave : undefined
    }
  }
}

async function recordDone(
  { completions }: RecordDeps,
  { held, kind }: Run,
  value: unknown,
): Promise<EntryMove | undefined> {
  const result = storableResult(value)
  const recorded = completions.add({ ...held, result })
  if (kind?.durable && !(await recorded)) return undefined
  return { kind: 'finish', finished: { fence: held.fence, result } }
}

async function recordRerun(
  deps: RecordDeps,
  { held, kind }: Run,
  failed: repository.FailedRun,
  { kind: decision, afterMs }: { kind: 'retry' | 'later'; afterMs: number },
): Promise<EntryMove | undefined> {
  const { outcome } = failed
  if (outcome === 'rate_limited' && kind) await holdQueue(deps, kind.queue, afterMs)
  const next = { afterMs, usesAttempt: decision === 'retry' }
  if (!(await repository.recordRerun(deps.db, held, failed, next))) return undefined
  return outcome === 'interrupted' ? { kind: 'handBack' } : { kind: 'delay', forMs: afterMs }
}

/** Holds a queue in Redis, for all workers. If Redis is unreachable, each job of the queue runs into the limit itself. */
async function holdQueue({ queues, lane, log }: RecordDeps, queue: string, forMs: number): Promise<void> {
  await queues
    .of(queue, lane)
    ?.rateLimit(forMs)
    .catch((error: unknown) => log.info({ err: error, queue }, 'cannot hold a queue in Redis'))
}

/**
 * Tells BullMQ what to do with an entry: a processor returns to finish it, and throws special errors for everything else. The
 * ledger counts attempts, so BullMQ's own count does not matter.
 */
export async function moveEntry(
  job: BullJob<Entry>,
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
 * Ignores that an entry cannot be moved, because Redis is unreachable or another worker has it. If the entry is still ours, it
 * comes back by stalling. Any error except BullMQ's own would make BullMQ fail the job.
 */
async function orStall(moving: Promise<unknown>): Promise<void> {
  await moving.catch(() => undefined)
}
