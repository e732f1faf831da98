/** A value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** Why a job is dead. Operators filter dead letters by it. */
export const deadReasons = [
  'exhausted',
  'non_retryable',
  'invalid_payload',
  'unknown_kind',
  'timeout',
  'poison',
  'ambiguous_effect',
  'expired',
  'blocked_target',
  'endpoint_disabled',
] as const
export type DeadReason = (typeof deadReasons)[number]

/** How a run that did not succeed is recorded in the ledger. */
export const attemptOutcomes = [
  'failed',
  'timeout',
  'snoozed',
  'rate_limited',
  'interrupted',
  'stalled',
  'crashed',
  'cancelled',
] as const

/**
 * How a run of a job ended. A handler returns an outcome, or nothing after a success without a result. A kind's `classify`
 * returns the outcome of an error.
 */
export type Outcome =
  | { kind: 'done'; result: Json | undefined }
  | { kind: 'retry'; error: unknown; afterMs: number | undefined }
  | { kind: 'dead'; reason: DeadReason; error: unknown }
  | { kind: 'snooze'; forMs: number }
  | { kind: 'rateLimited'; forMs: number }
  | { kind: 'cancelled' }

/** The job has succeeded. GET shows the result. */
export const Done = (result?: Json): Outcome => ({ kind: 'done', result })

/**
 * The attempt has failed: try again, after `afterMs` or else after the kind's backoff. After the last attempt the job is
 * dead (`exhausted`). A handler that throws does the same.
 */
export const Retry = (error: unknown, afterMs?: number): Outcome => ({ kind: 'retry', error, afterMs })

/** No retry can succeed: the job is dead at once. */
export const Dead = (reason: DeadReason, error: unknown): Outcome => ({ kind: 'dead', reason, error })

/** Run it again later. This uses no attempt. */
export const Snooze = (forMs: number): Outcome => ({ kind: 'snooze', forMs })

/** The receiver is busy: hold the whole queue of the kind for a while, then run the job again. This uses no attempt. */
export const RateLimited = (forMs: number): Outcome => ({ kind: 'rateLimited', forMs })

/** The job is no longer needed. It ends without a dead letter. */
export const Cancelled = (): Outcome => ({ kind: 'cancelled' })
