import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

// If tracing is off, its spans do nothing.
const tracer = trace.getTracer('@fondasi/jobs')

/** The W3C trace context of the caller, to keep with a job. Null without tracing. */
export function activeTraceparent(): string | null {
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent ?? null
}

/** Runs `work` in a span that continues the trace of the request that enqueued the job. */
export async function continueTrace<Result>(
  { name, data: { traceparent } }: { name: string; data: { traceparent: string | null } },
  work: () => Promise<Result>,
): Promise<Result> {
  const enqueued = propagation.extract(ROOT_CONTEXT, { traceparent: traceparent ?? undefined })
  return tracer.startActiveSpan(`run ${name}`, { kind: SpanKind.CONSUMER }, enqueued, async (span) => {
    try {
      return await work()
    } catch (error) {
      // Without the error's message, which may contain values.
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}
