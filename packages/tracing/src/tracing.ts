import type { Logger } from 'pino'
import type { Tracing } from './open-telemetry.ts'

/**
 * Starts OpenTelemetry for this process: requests, PostgreSQL and Redis get spans, sent as OTLP over HTTP in JSON.
 * Call it before anything connects or listens; libraries may be imported before.
 *
 * @param options.endpoint base address of an OTLP receiver, such as `http://localhost:4318`; undefined: nothing is
 *   traced, and neither the SDK nor an instrumentation is loaded
 */
export async function startTracing(options: {
  service: string
  version: string
  endpoint: string | undefined
  log: Logger
}): Promise<Tracing> {
  const { endpoint, ...rest } = options
  if (endpoint === undefined) return { close: async () => {} }
  // Loaded on demand: it takes time and memory.
  const { startOpenTelemetry } = await import('./open-telemetry.ts')
  return startOpenTelemetry({ ...rest, endpoint })
}
