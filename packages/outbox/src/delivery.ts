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

// Without tracing, its spans do nothing.
const tracer = trace.getTracer('@fondasi/outbox')

/** Runs `deliver` in a new span that continues the trace of the message's publisher. */
export async function deliverInTrace(...[row, options]: Parameters<typeof deliver>): Promise<void> {
  const publisher = propagation.extract(ROOT_CONTEXT, { traceparent: row.traceparent })
  await tracer.startActiveSpan(
    `deliver ${row.topic}`,
    { kind: SpanKind.CONSUMER },
    publisher,
    async (span) => {
      try {
        await deliver(row, options)
      } catch (error) {
        // Without the error's message, which may contain values.
        span.setStatus({ code: SpanStatusCode.ERROR })
        throw error
      } finally {
        span.end()
      }
    },
  )
}

/**
 * Runs the handler of the message's topic, for at most `timeoutMs`.
 * @throws UndeliverableError if there is no handler or the secret cannot be opened; otherwise what the handler throws
 */
async function deliver(
  row: ClaimedMessage,
  options: { handlers: Record<string, Handler>; sealer: Sealer | undefined; timeoutMs: number },
): Promise<void> {
  const { handlers, sealer, timeoutMs } = options
  const handler = Object.hasOwn(handlers, row.topic) ? handlers[row.topic] : undefined
  if (handler === undefined) throw new UndeliverableError(`no handler for topic "${row.topic}"`)
  const message: Message = {
    id: row.id,
    topic: row.topic,
    payload: row.payload,
    secret: row.secret === null ? undefined : openSecret(row.id, row.secret, sealer),
    requestId: row.requestId ?? undefined,
    traceparent: row.traceparent ?? undefined,
    createdAt: row.createdAt,
    attempt: row.attempts,
  }

  const timeout = new AbortController()
  const timedOut = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new Error(`not delivered within ${timeoutMs} ms`)
    timeout.abort(error)
    timedOut.reject(error)
  }, timeoutMs)
  try {
    await Promise.race([handler(message, { signal: timeout.signal }), timedOut.promise])
  } finally {
    clearTimeout(timer)
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
