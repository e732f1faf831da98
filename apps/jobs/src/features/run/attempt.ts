import type { Sealer } from '@fondasi/outbox'
import { type Db, isDatabaseUnavailable } from '@fondasi/postgres'
import type { Job as BullJob } from 'bullmq'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import { AmbiguousEffectError, createEffects, FencedError } from '../effects/effects.ts'
import type { Kind, PreparedRun, RunContext } from '../kinds/define-job.ts'
import { Dead, Done, type Json, type Outcome, Retry, Snooze } from '../kinds/outcome.ts'
import type { Entry } from '../queues/queues.ts'
import { AbandonedError, type ActiveRun } from './active-runs.ts'
import { type HeldJob, saveCursor } from './repository.ts'

export interface AttemptDeps {
  db: Db
  sealer: Sealer
  log: Logger
  jobsMetrics: JobsMetrics
}

/** A newer release has enqueued the job, or PostgreSQL is away. Soon there are newer workers, or it is back. */
const laterMs = 5_000

/** A run that may start, and what earlier runs of the job have left. */
export interface Begun {
  held: HeldJob
  failedBefore: number
  cursor: Json | null
}

/** A handler that can run: its kind, with a valid payload and the opened secret. */
export interface Prepared extends PreparedRun {
  kind: Kind
  secret: Record<string, string> | undefined
}

/** Checks everything that a handler relies on. @returns the outcome of the run when something is missing or invalid */
export function prepare(
  { sealer }: AttemptDeps,
  job: BullJob<Entry>,
  kind: Kind | undefined,
): Prepared | Outcome {
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
    return { kind, run: prepared.run, secret: opened }
  } catch (error) {
    return Dead('non_retryable', new Error('the secret cannot be opened', { cause: error }))
  }
}

type Run = Prepared & Begun & { active: ActiveRun }

/** Runs the handler until it ends, or until it has ignored an abort for too long. It never throws. */
export async function runHandler(deps: AttemptDeps, job: BullJob<Entry>, run: Run): Promise<Outcome> {
  const { zombies } = deps.jobsMetrics
  const call = async () => run.run(contextOf(deps, job, run))
  const handler = call()
  try {
    return (await Promise.race([handler, run.active.abandoned])) ?? Done()
  } catch (error) {
    if (error instanceof AbandonedError) {
      // The handler occupies memory, and maybe a connection, until it ends.
      zombies.inc()
      const end = () => zombies.dec()
      handler.then(end, end)
    }
    return outcomeOf(error, run.kind)
  }
}

function contextOf({ db, log, jobsMetrics }: AttemptDeps, job: BullJob<Entry>, run: Run): RunContext {
  const { rootId, tenant } = job.data
  const { kind, held, active } = run
  const runLog = log.child({ jobId: held.id, kind: kind.name })
  const onAmbiguous = () => jobsMetrics.ambiguousEffects.inc({ kind: kind.name })
  return {
    id: held.id,
    rootId,
    tenant,
    attempt: run.failedBefore + 1,
    secret: run.secret,
    signal: active.signal,
    log: runLog,
    progress: (percent) =>
      job
        .updateProgress(percent)
        .catch((error: unknown) => runLog.debug({ err: error }, 'clients do not see the progress of a run')),
    effect: createEffects({ db, onAmbiguous }, { held, rootId, policy: kind.effects, signal: active.signal }),
    cursor: {
      value: run.cursor ?? undefined,
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
