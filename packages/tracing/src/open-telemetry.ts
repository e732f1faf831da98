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

// A receiver that does not answer must not use up the nine seconds that a service has to shut down.
const exportTimeoutMs = 3_000

// Probes and scrapers request these every few seconds. Their spans would outnumber all others.
const untracedPaths = new Set(['/livez', '/readyz', '/metrics'])

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
  // Errors only, such as an unreachable receiver: one line for each lost batch, none for each attempt.
  const warn = (reason: string) => log.warn({ reason }, 'tracing failed; spans are lost')
  const silent = () => {}
  diag.setLogger(
    { error: warn, warn: silent, info: silent, debug: silent, verbose: silent },
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
 * Lets the libraries below make spans, without the values of queries and the keys of Redis. They make none outside a
 * trace, because a relay that polls the database every second would fill the receiver.
 */
function instrument(tracerProvider: TracerProvider): void {
  registerInstrumentations({
    tracerProvider,
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url = '' }) => untracedPaths.has(url.split('?', 1)[0] ?? ''),
        // Undefined leaves the attribute out. A query may contain what a person typed.
        startIncomingSpanHook: () => ({ 'url.query': undefined }),
        // Our own requests use `fetch`, which does not use this module.
        disableOutgoingRequestInstrumentation: true,
      }),
      new PgInstrumentation({ requireParentSpan: true }),
      new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
    ],
  })
  // An instrumentation patches a library's prototypes when the library is required. These libraries are CommonJS, so
  // `import` and `require` share one copy. Requiring them here is enough, even if they were imported before. Otherwise
  // every command that starts a service would need a loader hook (`node --import`).
  const require = createRequire(import.meta.url)
  require('http')
  require('ioredis')
  require('pg')
  // pg's own dependency. Without it, a query that waited for a connection would appear in the trace of the request that
  // returned the connection.
  createRequire(require.resolve('pg'))('pg-pool')
}
