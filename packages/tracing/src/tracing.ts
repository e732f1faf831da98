import type { Logger } from 'pino'
import type { Tracing } from './open-telemetry.ts'

/**
 * Starts OpenTelemetry for this process. Requests, queries and Redis commands make spans, sent as OTLP over HTTP in
 * JSON. Call it before anything connects or listens. Libraries may be imported before.
 *
 * @param options.endpoint the base URL of an OTLP receiver, such as `http://localhost:4318`. Undefined means no tracing:
 *   then neither the SDK nor an instrumentation is loaded
 */
export async function startTracing(options: {
  service: string
  version: string
  endpoint: string | undefined
  log: Logger
}): Promise<Tracing> {
  const { endpoint, ...rest } = options
  if (endpoint === undefined) return { close: async () => {} }
  // Loaded on demand, because it costs start-up time and memory.
  const { startOpenTelemetry } = await import('./open-telemetry.ts')
  return startOpenTelemetry({ ...rest, endpoint })
}
