import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { ClaimedMessage } from './repository.ts'
import type { Sealer } from './sealer.ts'

/** A message as its handler receives it. */
export type Message = {
  /** The same at every attempt. The receiver uses it as its idempotency key. */
  id: string
  topic: string
  payload: Record<string, unknown>
  secret: Record<string, string> | undefined
  requestId: string | undefined
  traceparent: string | undefined
  createdAt: Date
  /** Counts from 1. */
  attempt: number
}

/**
 * Delivers one message, and resolves when the receiver has it. It may be called again with the same message, even after
 * it resolved (if the process crashes before it records that). So it must be idempotent by `message.id`.
 *
 * @param context.signal aborts when the handler's time is over: pass it to `fetch`
 * @throws UndeliverableError if no retry can succeed, RefusedError if the recipient is the reason; after any other error the
 *   relay retries
 */
export type Handler = (message: Message, context: { signal: AbortSignal }) => Promise<void>

/** Delivers many messages in one call, for a receiver that accepts batches. */
export type BatchHandler = {
  /** How many messages one call gets at most. */
  maxMessages: number
  /**
   * Like a `Handler`, but for several messages of the topic.
   * @returns the errors of the messages that were not delivered, by message id
   * @throws if no message was delivered. Then the error counts for every one
   */
  deliver: (messages: readonly Message[], context: { signal: AbortSignal }) => Promise<Failures>
}

/** Why messages were not delivered, by message id. A message without an entry was delivered. */
export type Failures = ReadonlyMap<string, unknown>

export type Handlers = Readonly<Record<string, Handler | BatchHandler>>

/** No retry can succeed, for example because the receiver refuses the content. The message is dead at once. */
export class UndeliverableError extends Error {
  override name = 'UndeliverableError'
}

/**
 * The recipient cannot be reached, for example because somebody mistyped an address. Nothing on our side needs a fix, so the
 * message is logged, counted and dropped.
 */
export class RefusedError extends Error {
  override name = 'RefusedError'
}

type Delivery = { handlers: Handlers; sealer: Sealer | undefined; timeoutMs: number }

// Without tracing, its spans do nothing.
const tracer = trace.getTracer('@fondasi/outbox')

/**
 * Delivers messages of one topic in one call of its handler, which may take `timeoutMs`. A `Handler` gets one message. The
 * call continues the trace of the message's publisher; that of a batch, whose messages have many, is a trace of its own.
 *
 * @returns why messages were not delivered; it never rejects
 */
export async function deliver(rows: readonly ClaimedMessage[], delivery: Delivery): Promise<Failures> {
  const [first, ...others] = rows
  if (first === undefined) return new Map()
  const traceparent = others.length === 0 ? first.traceparent : null
  return tracer.startActiveSpan(
    `deliver ${first.topic}`,
    { kind: SpanKind.CONSUMER },
    propagation.extract(ROOT_CONTEXT, { traceparent }),
    async (span) => {
      const failures = await attempt(first.topic, rows, delivery)
      // Without the error's message, which may contain values.
      if (failures.size > 0) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
      return failures
    },
  )
}

async function attempt(
  topic: string,
  rows: readonly ClaimedMessage[],
  { handlers, sealer, timeoutMs }: Delivery,
): Promise<Failures> {
  const failures = new Map<string, unknown>()
  const messages: Message[] = []
  for (const row of rows) {
    try {
      messages.push(toMessage(row, sealer))
    } catch (error) {
      failures.set(row.id, error)
    }
  }
  const handler = Object.hasOwn(handlers, topic) ? handlers[topic] : undefined
  try {
    if (handler === undefined) throw new UndeliverableError(`no handler for topic "${topic}"`)
    if (messages.length > 0) {
      const failed = await withTimeout(timeoutMs, (signal) => call(handler, messages, signal))
      for (const [id, error] of failed) failures.set(id, error)
    }
  } catch (error) {
    for (const { id } of messages) failures.set(id, error)
  }
  return failures
}

async function call(
  handler: Handler | BatchHandler,
  messages: readonly Message[],
  signal: AbortSignal,
): Promise<Failures> {
  if (typeof handler !== 'function') return handler.deliver(messages, { signal })
  for (const message of messages) await handler(message, { signal })
  return new Map()
}

/** @throws UndeliverableError if the secret cannot be opened */
function toMessage(row: ClaimedMessage, sealer: Sealer | undefined): Message {
  return {
    id: row.id,
    topic: row.topic,
    payload: row.payload,
    secret: row.secret === null ? undefined : openSecret(row.id, row.secret, sealer),
    requestId: row.requestId ?? undefined,
    traceparent: row.traceparent ?? undefined,
    createdAt: row.createdAt,
    attempt: row.attempts,
  }
}

function openSecret(id: string, sealed: Buffer, sealer: Sealer | undefined): Record<string, string> {
  if (sealer === undefined)
    throw new UndeliverableError('the message has a secret, but the relay has no sealer to open it')
  try {
    return sealer.open(sealed, id)
  } catch (error) {
    throw new UndeliverableError('the secret cannot be opened', { cause: error })
  }
}

/** @throws Error when the work takes longer than `timeoutMs`. Its signal then aborts */
async function withTimeout<Result>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timeout = new AbortController()
  const timedOut = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error(`not delivered within ${timeoutMs} ms`)
    timeout.abort(error)
    timedOut.reject(error)
  }, timeoutMs)
  try {
    return await Promise.race([work(timeout.signal), timedOut.promise])
  } finally {
    clearTimeout(timer)
  }
}
