import type { Db } from '@fondasi/postgres'
import type { Kind } from '../kinds/define-job.ts'
import type { Completions } from './completions.ts'
import type { EntryMove } from './entry-move.ts'
import { describeFailure, fingerprintOf } from './failure.ts'
import type { FailedRun, HeldJob, Runner } from './repository.ts'
import * as repository from './repository.ts'
import type { ResultDecision } from './result-decision.ts'
import { storableResult } from './storable-json.ts'

export interface RecorderDeps {
  db: Db
  who: Runner
  completions: Completions
  retentionSeconds: number
  /** Holds the queue of a kind for a while. */
  holdQueue: (queue: string, forMs: number) => Promise<void>
}

/** A run that has ended. */
export interface EndedRun {
  kindName: string
  kind: Pick<Kind, 'queue' | 'durable'> | undefined
  held: HeldJob
  startedAt: Date
  /** Values that must not appear in a message. */
  secrets: readonly string[]
}

/** The decision was recorded, or not, because the fence had moved on; and what BullMQ must do with the entry. */
export interface Recorded {
  fenced: boolean
  move: EntryMove
}

const leave: EntryMove = { kind: 'finish', finished: undefined }

/**
 * Writes the result of a run to the ledger, before BullMQ learns of it. If the process dies in between, the entry comes back
 * by stalling, and its next start sees what the ledger says.
 */
export async function record(deps: RecorderDeps, run: EndedRun, decision: ResultDecision): Promise<Recorded> {
  const { db, who, retentionSeconds } = deps
  const { held, startedAt, secrets } = run
  const failed = (outcome: FailedRun['outcome'], error?: unknown): FailedRun => {
    const failure = error === undefined ? undefined : describeFailure(error, secrets)
    return { ...who, startedAt, outcome, failure }
  }
  switch (decision.kind) {
    case 'drop':
      return { fenced: false, move: leave }
    case 'done':
      return recordDone(deps, run, decision)
    case 'retry': {
      const { afterMs, outcome, error } = decision
      const next = { afterMs, usesAttempt: true }
      const recorded = await repository.recordRerun(db, held, failed(outcome, error), next)
      return orLeave(recorded, { kind: 'delay', forMs: afterMs })
    }
    case 'later': {
      const { afterMs, outcome } = decision
      const next = { afterMs, usesAttempt: false }
      const recorded = await repository.recordRerun(db, held, failed(outcome), next)
      if (outcome === 'rate_limited' && run.kind) await deps.holdQueue(run.kind.queue, afterMs)
      return orLeave(
        recorded,
        outcome === 'interrupted' ? { kind: 'handBack' } : { kind: 'delay', forMs: afterMs },
      )
    }
    case 'dead':
      return recordDead(deps, run, failed(decision.outcome, decision.error), decision.reason)
    case 'cancelled':
      return orLeave(await repository.recordCancelled(db, held, failed('cancelled'), retentionSeconds), leave)
  }
}

async function recordDone(
  { completions }: RecorderDeps,
  { held, kind }: EndedRun,
  decision: { result: unknown },
): Promise<Recorded> {
  const result = storableResult(decision.result)
  const move: EntryMove = { kind: 'finish', finished: { fence: held.fence, result } }
  if (kind?.durable) return orLeave(await completions.addDurably({ ...held, result }), move)
  completions.add({ ...held, result })
  return { fenced: false, move }
}

async function recordDead(
  { db }: RecorderDeps,
  { held, kindName }: EndedRun,
  run: FailedRun,
  reason: Parameters<typeof repository.recordDeath>[3]['reason'],
): Promise<Recorded> {
  const failure = run.failure ?? describeFailure(new Error(reason))
  const fingerprint = fingerprintOf(kindName, failure)
  const deadId = await repository.recordDeath(db, held, { ...run, failure }, { reason, fingerprint })
  return orLeave(deadId !== undefined, { kind: 'fail', message: failure.message })
}

function orLeave(recorded: boolean, move: EntryMove): Recorded {
  return recorded ? { fenced: false, move } : { fenced: true, move: leave }
}
