import type { Job as BullJob } from 'bullmq'
import { type BadRows, isPassing } from '../dispatch/bad-rows.ts'
import type { Kinds } from '../kinds/define-job.ts'
import type { Entry } from '../queues/queues.ts'
import type { ActiveRuns } from './active-runs.ts'
import { type AttemptDeps, prepare, type Run, runHandler } from './attempt.ts'
import { type EntryMove, type FinishedEntry, leave, moveEntry, type RecordDeps, record } from './record.ts'
import { beginRun, moveToQuarantine } from './repository.ts'
import { decideResult, type ResultDecision } from './result-decision.ts'
import { decideStart, isFirstStart } from './start-decision.ts'
import { continueTrace } from './trace.ts'

export interface RunnerDeps extends AttemptDeps, RecordDeps {
  kinds: Kinds
  activeRuns: ActiveRuns
  dispatcher: { wake: () => void }
  badRows: BadRows
  /** The run id of the Redis server, while it is known. */
  redisRun: () => string | undefined
  /** Called before each handler. In quarantine, it tells the process that watches this one which job is about to run. */
  announce: ((jobId: string, kind: string) => Promise<void>) | undefined
}

/** The pause after PostgreSQL was unreachable: long enough for a restart of it. */
const unrecordedMs = 5_000
/** For a job of an unknown kind, which no handler runs. */
const unknownKind = { attempts: 1, backoff: () => 0, deadlineMs: 60_000 }

export type Processor = (job: BullJob<Entry>, token?: string) => Promise<FinishedEntry | undefined>

/** @returns the processor for a BullMQ worker. It has two parameters: with a third, BullMQ would make abort signals of its own */
export function createRunner(deps: RunnerDeps): Processor {
  return async (job, token) => {
    const move = await continueTrace(job, () =>
      runJob(deps, job).catch((error: unknown) => notRecorded(deps, job, error)),
    )
    return moveEntry(job, token, move)
  }
}

/** One run of a job: begin, prepare, run the handler, decide, record, report. */
async function runJob(deps: RunnerDeps, job: BullJob<Entry>): Promise<EntryMove> {
  const run = await begin(deps, job)
  if (!('held' in run)) return run
  const { held, failedBefore, kind } = run
  await deps.announce?.(held.id, job.name)
  const active = deps.activeRuns.begin(held.id, (kind ?? unknownKind).deadlineMs)
  try {
    const ready = prepare(deps, run)
    const outcome = 'run' in ready ? await runHandler(deps, run, ready, active) : ready
    const decision = decideResult({
      outcome,
      aborted: active.aborted(),
      failedBefore,
      kind: kind ?? unknownKind,
      random: Math.random(),
    })
    const secrets = 'run' in ready ? Object.values(ready.secret ?? {}) : []
    const move = await record(deps, run, decision, secrets)
    report(deps, run, decision, move === undefined)
    return move ?? leave
  } finally {
    active.end()
  }
}

/** Takes the fence for a run. @returns what BullMQ must do with the entry if the job must not run here and now */
async function begin(deps: RunnerDeps, job: BullJob<Entry>): Promise<Run | EntryMove> {
  const { db, lane, who, kinds, redisRun, activeRuns, jobsMetrics } = deps
  const { id = '', name, attemptsStarted, stalledCounter: stalls, data } = job
  if (activeRuns.isCancelled(id)) return leave
  const run = { job, kind: kinds.get(name), startedAt: new Date() }
  const { dispatchNo, redisRun: redisRunOfEntry } = data
  if (isFirstStart({ dispatchNo, attemptsStarted, redisRunOfEntry, redisRun: redisRun() }))
    return { ...run, held: { id, fence: 0 }, failedBefore: 0, cursor: null }

  const row = await beginRun(db, id, lane)
  if (row === undefined) return leave
  const { fence, attempts, cursor, untilDueMs } = row
  const held = { id, fence }
  const decision = decideStart({ stalls, lane, untilDueMs })
  switch (decision.kind) {
    case 'run':
      return { ...run, held, failedBefore: attempts, cursor }
    case 'wait':
      return { kind: 'delay', forMs: decision.forMs }
    case 'quarantine': {
      const startedAt = new Date(job.processedOn ?? Date.now())
      const stalled = { ...who, startedAt, outcome: 'stalled', failure: undefined } as const
      if (await moveToQuarantine(db, held, stalled)) {
        jobsMetrics.quarantined.inc({ queue: job.queueName })
        deps.dispatcher.wake()
      }
      return leave
    }
  }
}

function report(
  { log, jobsMetrics }: RunnerDeps,
  { job, startedAt, failedBefore }: Run,
  decision: ResultDecision,
  isFenced: boolean,
): void {
  const { id: jobId, name: kind, queueName: queue, data } = job
  const outcome = isFenced ? 'fenced' : decision.kind
  const ms = Date.now() - startedAt.getTime()
  if (failedBefore === 0)
    jobsMetrics.startLatency.observe({ queue }, Math.max(0, startedAt.getTime() - data.runAtMs) / 1000)
  jobsMetrics.runSeconds.observe({ kind }, ms / 1000)
  jobsMetrics.runs.inc({ kind, outcome })
  if (isFenced) jobsMetrics.fenced.inc()
  const line = { jobId, kind, attempt: failedBefore + 1, outcome, ms }
  if ('error' in decision) log.warn({ ...line, err: decision.error }, 'job failed')
  else log.info(line, 'job run')
}

/**
 * Handles a run that could not be recorded. If PostgreSQL was unreachable, the job runs again soon. Otherwise the job itself is
 * the reason, and it is set aside for a person.
 */
async function notRecorded(
  { badRows, log }: RunnerDeps,
  job: BullJob<Entry>,
  error: unknown,
): Promise<EntryMove> {
  const { id = '' } = job
  try {
    if (isPassing(error)) throw error
    await badRows.setAside('complete', id, error)
    return leave
  } catch {
    log.warn({ err: error, jobId: id }, 'cannot record a run; the job runs again in 5 s')
    return { kind: 'delay', forMs: unrecordedMs }
  }
}
