import type { Sealer } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import type { Job as BullJob } from 'bullmq'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import { AmbiguousEffectError, createEffects, FencedError } from '../effects/effects.ts'
import type { Kind, PreparedRun, RunContext } from '../kinds/define-job.ts'
import { Dead, Done, type Outcome, Retry, Snooze } from '../kinds/outcome.ts'
import type { Entry } from '../queues/queues.ts'
import { AbandonedError, type ActiveRun } from './active-runs.ts'
import type { Begun } from './begin.ts'
import { saveCursor } from './repository.ts'

export interface AttemptDeps {
  db: Db
  sealer: Sealer
  log: Logger
  jobsMetrics: JobsMetrics
}

/** A newer release has enqueued the job. Its workers will soon be there. */
const leaveToNewerMs = 5_000

/** A handler that can run: its kind, with a valid payload and the opened secret. */
export interface Prepared {
  kind: Kind
  prepared: PreparedRun
  secret: Record<string, string> | undefined
}

/** Checks everything that a handler relies on. @returns the outcome of the run when something is missing or invalid */
export function prepareAttempt(
  { sealer }: Pick<AttemptDeps, 'sealer'>,
  job: BullJob<Entry>,
  kind: Kind | undefined,
): Prepared | { outcome: Outcome } {
  const { startByMs, payload, payloadVersion, secret, rootId } = job.data
  if (kind === undefined)
    return { outcome: Dead('unknown_kind', new Error(`this release has no kind "${job.name}"`)) }
  if (startByMs !== undefined && startByMs < Date.now())
    return { outcome: Dead('expired', new Error('the job was not started in time')) }
  if (payloadVersion > kind.version) return { outcome: Snooze(leaveToNewerMs) }
  const prepared = kind.prepare(payload)
  if ('issues' in prepared) {
    const issues = prepared.issues.map(({ pointer, detail }) => `${pointer || 'the payload'}: ${detail}`)
    return { outcome: Dead('invalid_payload', new Error(issues.join('; '))) }
  }
  try {
    const opened = secret === undefined ? undefined : sealer.open(Buffer.from(secret, 'base64'), rootId)
    return { kind, prepared, secret: opened }
  } catch (error) {
    return { outcome: Dead('non_retryable', new Error('the secret cannot be opened', { cause: error })) }
  }
}

/** Runs the handler until it ends, or until it has ignored an abort for too long. It never throws. */
export async function runHandler(
  deps: AttemptDeps,
  job: BullJob<Entry>,
  run: Prepared & { begun: Begun; active: ActiveRun },
): Promise<Outcome> {
  const { kind, prepared, active } = run
  const call = async () => prepared.run(contextOf(deps, job, run))
  const handler = call()
  try {
    return (await Promise.race([handler, active.abandoned])) ?? Done()
  } catch (error) {
    if (error instanceof AbandonedError) countZombie(deps, handler)
    return outcomeOf(error, kind)
  }
}

function contextOf(
  { db, log, jobsMetrics }: AttemptDeps,
  job: BullJob<Entry>,
  { kind, secret, begun, active }: Prepared & { begun: Begun; active: ActiveRun },
): RunContext {
  const { rootId, tenant } = job.data
  const { held, failedBefore, cursor } = begun
  const onAmbiguous = () => jobsMetrics.ambiguousEffects.inc({ kind: kind.name })
  return {
    id: held.id,
    rootId,
    tenant,
    attempt: failedBefore + 1,
    secret,
    signal: active.signal,
    log: log.child({ jobId: held.id, kind: kind.name }),
    progress: (percent) => job.updateProgress(percent),
    effect: createEffects({ db, onAmbiguous }, { held, rootId, policy: kind.effects, signal: active.signal }),
    cursor: {
      value: cursor ?? undefined,
      async save(value) {
        if (!(await saveCursor(db, held, value)))
          throw new FencedError('the job has ended or another run has it')
      },
    },
  }
}

function outcomeOf(error: unknown, kind: Kind): Outcome {
  if (error instanceof AmbiguousEffectError) return error.outcome
  try {
    return kind.classify(error) ?? Retry(error)
  } catch (cause) {
    return Retry(cause)
  }
}

/** A handler that still runs after it has lost its attempt occupies memory, and maybe a connection. */
function countZombie({ jobsMetrics }: AttemptDeps, handler: Promise<unknown>): void {
  jobsMetrics.zombies.inc()
  const end = () => jobsMetrics.zombies.dec()
  handler.then(end, end)
}
