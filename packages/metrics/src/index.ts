import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { metricNames } from './metric-names.ts'

export { metricNames } from './metric-names.ts'

export interface Metrics {
  registry: Registry
  /** Duration of HTTP requests by method, route pattern and status: rate, errors and duration (RED) come from it alone. */
  httpRequestDuration: Histogram<'method' | 'route' | 'status'>
}

/**
 * Makes a process's metrics registry with what every service exposes: Node runtime, build info, HTTP requests.
 * There is one registry per process (not prom-client's global one), so that tests can run services side by side.
 */
export function createMetrics(options: { service: string; version: string }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service: options.service })
  collectDefaultMetrics({ register: registry })

  new Gauge({
    name: metricNames.buildInfo,
    help: 'Always 1; what is running stands in the labels',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: options.version, node: process.versions.node }, 1)

  const httpRequestDuration = new Histogram({
    name: metricNames.httpRequestDuration,
    help: 'Duration of HTTP requests in seconds',
    labelNames: ['method', 'route', 'status'],
    // Dense where the objectives lie (200 ms, 1 s), sparse elsewhere: each bucket is a series per route and status.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  return { registry, httpRequestDuration }
}
