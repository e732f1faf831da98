import type { Logger } from 'pino'
import type { z } from 'zod'
import { type Backoff, exponential } from '../run/backoff.ts'
import type { Json, Outcome } from './outcome.ts'

/** What a run knows about its job and can do for it. */
export interface RunContext {
  id: string
  /** The id of the first job of a chain of redrives; the job's own id when it is not a redrive. */
  rootId: string
  tenant: string
  /** Counts from 1. Shutdowns, crashes and snoozes do not count. */
  attempt: number
  secret: Record<string, string> | undefined
  /** Aborts at the deadline, on cancel, at shutdown, and when another worker may have the job. Pass it to what you call. */
  signal: AbortSignal
  /** Adds the job's id and kind to each line. */
  log: Logger
  /** Shows clients how far the run is. @param percent 0 to 100 */
  progress(percent: number): Promise<void>
  /**
   * Does something that others can see, once: a later run of this job, or of its redrive, gets the stored result instead.
   * If a run died between the effect and the record of it, the kind's `effects` policy decides.
   *
   * @param step names the effect within the job
   * @param perform receives `<rootId>.<step>`, the same on every run: give it to the receiver as its idempotency key
   * @throws what `perform` throws; then nothing is recorded
   */
  effect(step: string, perform: (key: string) => Promise<EffectResult>): Promise<EffectResult>
  /** Where the last run of this job stopped. `save` stores a position to resume at; undefined at first. */
  cursor: { value: Json | undefined; save(value: Json): Promise<void> }
}

/** What to remember of an effect: the receiver's reference, such as a message id, and what a later step needs. */
export interface EffectResult {
  providerRef?: string | undefined
  result?: Json | undefined
}

/** What a kind may set. Every setting has a default. */
interface KindSettings {
  /** Raise it when an older worker cannot run the new payloads: it then leaves them for a newer one. Default: 1. */
  version: number
  /** How often to try before the job is dead. Default: 8. */
  attempts: number
  /** The pauses between attempts. Default: 2 s, doubled up to an hour. */
  backoff: Backoff
  /** How long an attempt may take. Default: 30 s. */
  deadlineMs: number
  /**
   * How many jobs of its queue a worker runs at once; among kinds that share a queue, the smallest number counts. The other jobs
   * wait in the queue, and their deadline has not started. Default: WORKER_CONCURRENCY.
   */
  concurrency: number | undefined
  /** Whether a run waits until its success is in PostgreSQL. If not, a crash can repeat the runs of the last milliseconds. */
  durable: boolean
  /** Whether clients must send an Idempotency-Key. */
  requireKey: boolean
  /**
   * What to do with an effect that may have happened: `resend` performs it again with the same key, `hold` makes the job dead
   * (`ambiguous_effect`) so that a person decides. Default: resend.
   */
  effects: 'resend' | 'hold'
  /** The outcome of an error that the handler threw. Undefined means a retry. */
  classify: (error: unknown) => Outcome | undefined
}

export interface JobDefinition<Payload extends z.ZodType> extends Partial<KindSettings> {
  /** A subject and a verb, such as `mail.send`. It never changes: jobs in the database have it. */
  name: string
  /** The BullMQ queue: lower-case letters, digits and hyphens. A queue has its own workers, pause and rate limit. */
  queue: string
  /** Validates the payload when the job is enqueued, when it is redriven, and at the start of each run. */
  payload: Payload
  /**
   * Does the work. It may run again after it has finished (at least once), so what others can see belongs in
   * `context.effect`. Returning nothing means success without a result; throwing means a retry.
   */
  handler: (context: RunContext & { payload: z.output<Payload> }) => Promise<Outcome | void>
}

/** A kind of job as the core uses it. The core knows no kind: the app hands a list of them to `createCore`. */
export interface Kind extends KindSettings {
  name: string
  queue: string
  /** Validates a payload. @returns what runs the handler with it, or what is wrong with it */
  prepare(payload: unknown): PreparedRun | { issues: PayloadIssue[] }
}

/** A kind whose payload's type is known, for callers within the app. */
export type KindOf<Payload extends z.ZodType> = Kind & { payload: Payload }

export type PreparedRun = { run: (context: RunContext) => Promise<Outcome | void> }
/** `pointer` is a JSON pointer into the payload, such as `/to`. */
type PayloadIssue = { pointer: string; code: string; detail: string }

const defaults = {
  version: 1,
  attempts: 8,
  backoff: exponential({ baseMs: 2_000, capMs: 3_600_000 }),
  deadlineMs: 30_000,
  concurrency: undefined,
  durable: false,
  requireKey: false,
  effects: 'resend',
  classify: () => undefined,
} as const

/** Defines a kind of job. A kind that needs a mailer or a store is made by a function that takes it. */
export function defineJob<Payload extends z.ZodType>(definition: JobDefinition<Payload>): KindOf<Payload> {
  const { payload, handler } = definition
  return {
    ...defaults,
    ...definition,
    prepare(stored) {
      const parsed = payload.safeParse(stored)
      if (!parsed.success) return { issues: parsed.error.issues.map(toIssue) }
      return { run: (context) => handler({ ...context, payload: parsed.data }) }
    },
  }
}

function toIssue({ path, code, message }: z.core.$ZodIssue): PayloadIssue {
  return { pointer: path.map((part) => `/${String(part)}`).join(''), code, detail: message }
}

export type Kinds = ReturnType<typeof collectKinds>

/**
 * Kinds by name, and the queues that they use.
 * @throws if two kinds have one name, or a queue has a name that BullMQ does not accept
 */
export function collectKinds(list: readonly Kind[]) {
  const byName = new Map(list.map((kind) => [kind.name, kind]))
  if (byName.size < list.length) throw new Error('two kinds of job have the same name')
  const queues = [...new Set(list.map(({ queue }) => queue))]
  for (const queue of queues) if (!isQueueName(queue)) throw new Error(`a queue cannot be named "${queue}"`)
  return {
    all: list,
    queues,
    get: (name: string): Kind | undefined => byName.get(name),
    /** How many jobs of a queue a worker runs at once. */
    concurrencyOf(queue: string, standard: number): number {
      const kinds = list.filter((kind) => kind.queue === queue)
      return Math.min(...kinds.map(({ concurrency }) => concurrency ?? standard))
    },
  }
}

/** The suffix of the queue for jobs that were running when a worker died. */
export const quarantineSuffix = '-quarantine'

export function isQueueName(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,62}$/.test(name) && !name.endsWith(quarantineSuffix)
}
