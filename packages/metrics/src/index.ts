import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { metricNames } from './metric-names.ts'

export { metricNames } from './metric-names.ts'

export interface Metrics {
  registry: Registry
  /** Duration of HTTP requests by method, route pattern and status. Rate, errors and duration (RED) derive from it. */
  httpRequestDuration: Histogram<'method' | 'route' | 'status'>
}

/**
 * Makes a process's registry with the metrics that every service exposes: Node runtime, build info, HTTP requests. It is not
 * prom-client's global registry, so tests can run several services in one process.
 */
export function createMetrics(options: { service: string; version: string }): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service: options.service })
  collectDefaultMetrics({ register: registry })

  new Gauge({
    name: metricNames.buildInfo,
    help: 'Always 1; the labels have the version of the service and of Node',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version: options.version, node: process.versions.node }, 1)

  const httpRequestDuration = new Histogram({
    name: metricNames.httpRequestDuration,
    help: 'Duration of HTTP requests in seconds',
    labelNames: ['method', 'route', 'status'],
    // Fine around the objectives (200 ms, 1 s), coarse elsewhere: each bucket is a series per route and status.
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  return { registry, httpRequestDuration }
}
