import { createRequire } from 'node:module'
import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'

// A receiver that does not answer must not use up the nine seconds in which a service shuts down.
const exportTimeoutMs = 3_000

// Asked every few seconds by machines: their spans would bury those of people.
const unseenPaths = new Set(['/livez', '/readyz', '/metrics'])

export interface Tracing {
  /** Sends the remaining spans, for at most three seconds. Never rejects. Close it last. */
  close(): Promise<void>
}

/** What `startTracing` does when there is an endpoint. */
export function startOpenTelemetry(options: {
  service: string
  version: string
  endpoint: string
  log: Logger
}): Tracing {
  const { service, version, endpoint, log } = options
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: exportTimeoutMs,
  })
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    ),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: exportTimeoutMs })],
  })
  // Errors only, such as a receiver that is away: a line for each batch that is lost, none for each attempt.
  const tell = (reason: string) => log.warn({ reason }, 'tracing failed')
  const silent = () => {}
  diag.setLogger(
    { error: tell, warn: silent, info: silent, debug: silent, verbose: silent },
    DiagLogLevel.ERROR,
  )
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
  instrument(provider)
  return {
    close: () =>
      provider.shutdown().catch((error: unknown) => log.warn({ err: error }, 'the last spans were not sent')),
  }
}

/**
 * Lets the libraries below make spans, with neither values of queries nor keys of Redis. Outside of a trace they make
 * none: a relay that asks the database every second is no story to tell.
 */
function instrument(tracerProvider: TracerProvider): void {
  registerInstrumentations({
    tracerProvider,
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url = '' }) => unseenPaths.has(url.split('?', 1)[0] ?? ''),
        // Undefined leaves the attribute out: a query may hold what a person typed.
        startIncomingSpanHook: () => ({ 'url.query': undefined }),
        // Requests that we make go through `fetch`, which is not built on this module.
        disableOutgoingRequestInstrumentation: true,
      }),
      new PgInstrumentation({ requireParentSpan: true }),
      new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
    ],
  })
  // An instrumentation changes a library's prototypes when the library is required. These are CommonJS: `import` and
  // `require` share one copy, so requiring them here is enough, even when they have been imported already. It spares
  // us the loader hook (`node --import`), which would have to stand in every command that starts a service.
  const require = createRequire(import.meta.url)
  require('http')
  require('ioredis')
  require('pg')
  // A package of pg's own. Without it a query that waited for a connection lands in the trace of who returned it.
  createRequire(require.resolve('pg'))('pg-pool')
}
