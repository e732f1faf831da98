import type { Db } from '@fondasi/postgres'
import type { Job as BullJob } from 'bullmq'
import type { Json } from '../kinds/outcome.ts'
import type { Entry, Lane } from '../queues/queues.ts'
import type { Cancellations } from './cancellations.ts'
import type { EntryMove } from './entry-move.ts'
import { beginRun, type HeldJob, moveToQuarantine, type Runner } from './repository.ts'
import { decideStart, isFirstStart } from './start-decision.ts'

export interface BeginDeps {
  db: Db
  lane: Lane
  who: Runner
  cancellations: Cancellations
  /** The run id of the Redis server, while it is known. */
  redisRun: () => string | undefined
  onQuarantined: (queue: string) => void
}

/** A run that may start. */
export interface Begun {
  held: HeldJob
  failedBefore: number
  cursor: Json | null
}

/** Nothing to run: the job has ended, another process has it, or it is handled elsewhere. */
const leave: EntryMove = { kind: 'finish', finished: undefined }

/**
 * Takes the fence for a run. @returns the run, or what BullMQ must do with the entry when the job must not run here and now
 */
export async function begin(
  deps: BeginDeps,
  job: BullJob<Entry>,
): Promise<{ begun: Begun } | { move: EntryMove }> {
  const { db, lane, redisRun, cancellations } = deps
  const { id = '', attemptsStarted, data } = job
  if (cancellations.has(id)) return { move: leave }
  const { dispatchNo, redisRun: redisRunOfEntry } = data
  if (isFirstStart({ dispatchNo, attemptsStarted, redisRunOfEntry, redisRun: redisRun() }))
    return { begun: { held: { id, fence: 0 }, failedBefore: 0, cursor: null } }

  const row = await beginRun(db, id, lane)
  if (row === undefined) return { move: leave }
  const { fence, attempts, cursor, untilDueMs } = row
  const decision = decideStart({ stalls: job.stalledCounter, lane, untilDueMs })
  switch (decision.kind) {
    case 'run':
      return { begun: { held: { id, fence }, failedBefore: attempts, cursor } }
    case 'wait':
      return { move: { kind: 'delay', forMs: decision.forMs } }
    case 'quarantine':
      await quarantine(deps, { id, fence }, job)
      return { move: leave }
  }
}

async function quarantine(
  { db, who, onQuarantined }: BeginDeps,
  held: HeldJob,
  job: BullJob<Entry>,
): Promise<void> {
  const startedAt = new Date(job.processedOn ?? Date.now())
  const moved = await moveToQuarantine(db, held, {
    ...who,
    startedAt,
    outcome: 'stalled',
    failure: undefined,
  })
  if (moved) onQuarantined(job.queueName)
}
