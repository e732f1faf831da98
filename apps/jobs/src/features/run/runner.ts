import type { Job as BullJob } from 'bullmq'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import { isPassing } from '../dispatch/row-by-row.ts'
import type { SetAside } from '../dispatch/set-aside.ts'
import type { Kinds } from '../kinds/define-job.ts'
import type { Entry } from '../queues/queues.ts'
import type { ActiveRuns } from './active-runs.ts'
import { type AttemptDeps, prepareAttempt, runHandler } from './attempt.ts'
import { type BeginDeps, type Begun, begin } from './begin.ts'
import { type EntryMove, type FinishedEntry, moveEntry } from './entry-move.ts'
import { type RecorderDeps, record } from './recorder.ts'
import { decideResult, type ResultDecision } from './result-decision.ts'
import { continueTrace } from './trace.ts'

/** In quarantine, tells the process that watches this one which job it is about to run. */
export type Announce = (jobId: string, kind: string) => Promise<void>

export type RunnerDeps = BeginDeps &
  AttemptDeps &
  RecorderDeps & {
    kinds: Kinds
    activeRuns: ActiveRuns
    log: Logger
    jobsMetrics: JobsMetrics
    setAside: SetAside
    /** Called before each handler. */
    announce: Announce | undefined
  }

/** PostgreSQL was not there: long enough for it to restart, short enough that nobody waits. */
const unrecordedMs = 5_000
/** The deadline of a job that no handler runs. */
const noDeadlineMs = 60_000

/** @returns the processor for a BullMQ worker. It takes two parameters, so BullMQ makes no abort signal of its own */
export function createRunner(deps: RunnerDeps) {
  return async (job: BullJob<Entry>, token?: string): Promise<FinishedEntry | undefined> => {
    const move = await continueTrace(job.name, job.data.traceparent, () =>
      run(deps, job).catch((error: unknown) => notRecorded(deps, job, error)),
    )
    return moveEntry(job, token, move)
  }
}

/** One run of a job: begin, prepare, run the handler, decide, record, report. */
async function run(deps: RunnerDeps, job: BullJob<Entry>): Promise<EntryMove> {
  const started = await begin(deps, job)
  if ('move' in started) return started.move
  const { begun } = started
  const startedAt = new Date()
  const kind = deps.kinds.get(job.name)
  await deps.announce?.(begun.held.id, job.name)
  const active = deps.activeRuns.begin(begun.held.id, kind?.deadlineMs ?? noDeadlineMs)
  try {
    const ready = prepareAttempt(deps, job, kind)
    const outcome =
      'outcome' in ready ? ready.outcome : await runHandler(deps, job, { ...ready, begun, active })
    const decision = decideResult({
      outcome,
      aborted: active.aborted(),
      failedBefore: begun.failedBefore,
      kind: kind ?? { attempts: 1, backoff: () => 0 },
      random: Math.random(),
    })
    const secrets = 'secret' in ready ? Object.values(ready.secret ?? {}) : []
    const { held } = begun
    const { move, fenced } = await record(
      deps,
      { kindName: job.name, kind, held, startedAt, secrets },
      decision,
    )
    report(deps, job, { decision, fenced, startedAt, begun })
    return move
  } finally {
    active.end()
  }
}

function report(
  { log, jobsMetrics }: RunnerDeps,
  job: BullJob<Entry>,
  run: { decision: ResultDecision; fenced: boolean; startedAt: Date; begun: Begun },
): void {
  const { decision, startedAt, begun } = run
  const outcome = run.fenced ? 'fenced' : decision.kind
  const ms = Date.now() - startedAt.getTime()
  const kind = job.name
  if (begun.failedBefore === 0)
    jobsMetrics.startLatency.observe(
      { queue: job.queueName },
      Math.max(0, startedAt.getTime() - job.data.runAtMs) / 1000,
    )
  jobsMetrics.runSeconds.observe({ kind }, ms / 1000)
  jobsMetrics.runs.inc({ kind, outcome })
  if (run.fenced) jobsMetrics.fenced.inc()
  const line = { jobId: job.id, kind, attempt: begun.failedBefore + 1, outcome, ms }
  if ('error' in decision) log.warn({ ...line, err: decision.error }, 'job failed')
  else log.info(line, 'job run')
}

/**
 * The run is not in the ledger. When PostgreSQL is unreachable, the job runs again soon. Otherwise the reason is the job, which
 * is set aside for a person.
 */
async function notRecorded(
  { setAside, log }: RunnerDeps,
  job: BullJob<Entry>,
  error: unknown,
): Promise<EntryMove> {
  const { id = '' } = job
  if (isPassing(error)) {
    log.warn({ err: error, jobId: id }, 'cannot record a run; the job runs again in 5 s')
    return { kind: 'delay', forMs: unrecordedMs }
  }
  await setAside(id, 'complete', error)
  return { kind: 'finish', finished: undefined }
}
