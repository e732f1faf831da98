import type { Sealer } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'
import { type Problem, serviceProblem } from '@fondasi/service'
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { problem } from '../../errors.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { Kind, KindOf, Kinds } from '../kinds/define-job.ts'
import type { Json } from '../kinds/outcome.ts'
import { isStorable } from '../run/storable-json.ts'
import { activeTraceparent } from '../run/trace.ts'
import { type DispatchRow, insertJobs, type NewJob } from './repository.ts'

const maxPayloadBytes = 64 * 1024

export interface JobOptions {
  tenant: string
  /** 0 comes first, like 1; a larger number comes later. */
  priority?: number | undefined
  /** How long to wait before the first run. */
  delayMs?: number | undefined
  /** If no run has started this long after that, the job is dead (`expired`). */
  startWithinMs?: number | undefined
  /** Encrypted at rest, and wiped when the job no longer needs it. The handler gets it as `context.secret`. */
  secret?: Record<string, string> | undefined
  scheduleId?: string | undefined
}

/** A job that a client or a feature asks for. */
export interface JobRequest extends JobOptions {
  kind: Kind
  payload: unknown
  /** Where the client has sent the job, for errors: a JSON pointer. Default: `/body`. */
  pointer?: string
  /** The dead letter that the job redrives. With a `rootId`, the job's secret is sealed for it. */
  redrive?: Pick<NewJob, 'redrivenFrom' | 'redriveNo'> & Partial<Pick<NewJob, 'rootId' | 'secret'>>
}

export type Enqueuer = ReturnType<typeof createEnqueuer>

/** Accepts jobs: into the ledger within the caller's transaction, and from there to BullMQ after its commit. */
export function createEnqueuer(deps: {
  db: Db
  kinds: Kinds
  sealer: Sealer
  dispatcher: Pick<Dispatcher, 'add'>
  owner: string
}) {
  const { db, kinds, sealer, dispatcher, owner } = deps

  function toNewJob({ kind, payload, pointer, secret, redrive, ...options }: JobRequest): NewJob {
    const id = uuidv7()
    return {
      id,
      tenant: options.tenant,
      kind: kind.name,
      queue: kind.queue,
      payload: checkPayload(kind, payload, pointer),
      payloadVersion: kind.version,
      secret: secret === undefined ? null : sealer.seal(secret, id).toString('base64'),
      priority: options.priority ?? 0,
      delayMs: options.delayMs ?? 0,
      startWithinMs: options.startWithinMs,
      rootId: id,
      redrivenFrom: undefined,
      redriveNo: 0,
      scheduleId: options.scheduleId,
      traceparent: activeTraceparent(),
      ...redrive,
    }
  }

  async function insert(tx: Db | Tx, requests: readonly JobRequest[]): Promise<DispatchRow[]> {
    return insertJobs(tx, requests.map(toNewJob), owner)
  }

  return {
    /** @throws `unknown_kind` */
    kindOf(name: string, pointer = '/body'): Kind {
      const kind = kinds.get(name)
      if (kind !== undefined) return kind
      const detail = `no kind of job has the name "${name}"`
      throw problem('unknown_kind', { errors: [{ pointer: `${pointer}/kind`, code: 'custom', detail }] })
    },

    /**
     * Inserts jobs in the caller's transaction: they exist if and only if it commits. Call `committed` with the result
     * after the commit; if the process dies in between, the dispatcher finds the jobs within seconds.
     *
     * @returns one row for each request, in no particular order
     * @throws `invalid_payload`, `payload_too_large`
     */
    insert,

    /** Takes the rows of `insert` to BullMQ. It does not wait for Redis. */
    committed: (rows: readonly DispatchRow[]): void => dispatcher.add(rows),

    /** Enqueues one job in a transaction of its own. @returns its id */
    async enqueue<Payload extends z.ZodType>(
      kind: KindOf<Payload>,
      payload: z.input<Payload>,
      options: JobOptions,
    ): Promise<string> {
      const rows = await insert(db, [{ ...options, kind, payload }])
      dispatcher.add(rows)
      const [row] = rows
      if (row === undefined) throw new Error('insert returned no row')
      return row.id
    },
  }
}

/** What is wrong with a payload: it does not match its kind, is too large, or PostgreSQL cannot store it. */
export function payloadProblem(kind: Kind, payload: unknown, pointer = '/body'): Problem | undefined {
  const at = `${pointer}/payload`
  const prepared = kind.prepare(payload)
  if ('issues' in prepared) {
    const errors = prepared.issues.map((issue) => ({ ...issue, pointer: at + issue.pointer }))
    return problem('invalid_payload', { errors })
  }
  if (Buffer.byteLength(JSON.stringify(payload)) > maxPayloadBytes)
    return serviceProblem('payload_too_large', { detail: `${at} has more than 64 KiB` })
  if (!isStorable(payload)) {
    const detail = 'must not contain NUL characters and halves of surrogate pairs'
    return problem('invalid_payload', { errors: [{ pointer: at, code: 'custom', detail }] })
  }
  return undefined
}

/**
 * Validates a payload against its kind.
 * @returns the payload as it was sent, which is what the ledger keeps: each run parses it again
 * @throws `invalid_payload`, `payload_too_large`
 */
export function checkPayload(kind: Kind, payload: unknown, pointer?: string): Json {
  const found = payloadProblem(kind, payload, pointer)
  if (found !== undefined) throw found
  return JSON.parse(JSON.stringify(payload))
}
