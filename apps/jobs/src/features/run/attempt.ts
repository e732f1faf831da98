import type { Sealer } from '@fondasi/outbox'
import { type Db, isDatabaseUnavailable } from '@fondasi/postgres'
import type { Job as BullJob } from 'bullmq'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import { AmbiguousEffectError, createEffects, FencedError } from '../effects/effects.ts'
import type { Kind, PreparedRun, RunContext } from '../kinds/define-job.ts'
import { Dead, Done, type Json, type Outcome, Retry, Snooze } from '../kinds/outcome.ts'
import type { Entry } from '../queues/queues.ts'
import type { ActiveRun } from './active-runs.ts'
import { type HeldJob, saveCursor } from './repository.ts'

/** One run of a job, from its start to its record. */
export interface Run {
  job: BullJob<Entry>
  /** Undefined when this release does not know it. */
  kind: Kind | undefined
  held: HeldJob
  startedAt: Date
  failedBefore: number
  /** What the run before has saved. */
  cursor: Json | null
}

export interface AttemptDeps {
  db: Db
  sealer: Sealer
  log: Logger
  jobsMetrics: JobsMetrics
}

/** The pause when a newer release has enqueued the job, or PostgreSQL is unreachable: a newer worker or PostgreSQL comes soon. */
const laterMs = 5_000

/** A handler that can run, with a valid payload and the opened secret. */
export interface Prepared extends PreparedRun {
  kind: Kind
  secret: Record<string, string> | undefined
}

/** Checks everything that a handler relies on. @returns the outcome of the run when something is missing or invalid */
export function prepare({ sealer }: AttemptDeps, { job, kind }: Run): Prepared | Outcome {
  const { startByMs, payload, payloadVersion, secret, rootId } = job.data
  if (kind === undefined) return Dead('unknown_kind', new Error(`this release has no kind "${job.name}"`))
  if (startByMs !== null && startByMs < Date.now())
    return Dead('expired', new Error('the job was not started in time'))
  if (payloadVersion > kind.version) return Snooze(laterMs)
  const prepared = kind.prepare(payload)
  if ('issues' in prepared) {
    const issues = prepared.issues.map(({ pointer, detail }) => `${pointer || 'the payload'}: ${detail}`)
    return Dead('invalid_payload', new Error(issues.join('; ')))
  }
  try {
    const opened = secret ? sealer.open(Buffer.from(secret, 'base64'), rootId) : undefined
    return { ...prepared, kind, secret: opened }
  } catch (error) {
    return Dead('non_retryable', new Error('the secret cannot be opened', { cause: error }))
  }
}

/** Runs the handler until it ends, or until it has ignored an abort for too long. It never throws. */
export async function runHandler(
  deps: AttemptDeps,
  run: Run,
  prepared: Prepared,
  active: ActiveRun,
): Promise<Outcome> {
  const { zombies } = deps.jobsMetrics
  const call = async () => (await prepared.run(contextOf(deps, run, prepared, active.signal))) ?? Done()
  const handler = call().catch((error: unknown) => outcomeOf(error, prepared.kind))
  const ended = await Promise.race([handler, active.abandoned])
  if (!(ended instanceof Error)) return ended
  // The handler still uses memory, and maybe a connection, until it ends.
  zombies.inc()
  void handler.then(() => zombies.dec())
  return Retry(ended)
}

function contextOf(
  { db, log, jobsMetrics }: AttemptDeps,
  { job, held, failedBefore, cursor }: Run,
  { kind, secret }: Prepared,
  signal: AbortSignal,
): RunContext {
  const { rootId, tenant } = job.data
  const runLog = log.child({ jobId: held.id, kind: kind.name })
  const onAmbiguous = () => jobsMetrics.ambiguousEffects.inc({ kind: kind.name })
  return {
    id: held.id,
    rootId,
    tenant,
    attempt: failedBefore + 1,
    secret,
    signal,
    log: runLog,
    progress: (percent) =>
      job
        .updateProgress(percent)
        .catch((error: unknown) => runLog.debug({ err: error }, 'clients do not see the progress of a run')),
    effect: createEffects({ db, onAmbiguous }, { held, rootId, policy: kind.effects, signal }),
    cursor: {
      value: cursor ?? undefined,
      async save(value) {
        if (!(await saveCursor(db, held, value))) throw new FencedError()
      },
    },
  }
}

function outcomeOf(error: unknown, kind: Kind): Outcome {
  if (error instanceof AmbiguousEffectError) return error.outcome
  // Not the fault of the job: it uses no attempt.
  if (isDatabaseUnavailable(error)) return Snooze(laterMs)
  try {
    return kind.classify(error) ?? Retry(error)
  } catch (cause) {
    return Retry(cause)
  }
}
