import type { Pool } from 'pg'
import { Gauge, type Registry } from 'prom-client'

/** Names of the pool's metrics, for dashboards and alerts. */
export const poolMetrics = {
  connections: 'postgres_pool_connections',
  maxConnections: 'postgres_pool_max_connections',
  waiting: 'postgres_pool_waiting_requests',
} as const

/** Adds gauges of `pool` to `registry`, read at each scrape. If `waiting` stays above zero, the pool is too small. */
export function collectPoolMetrics(registry: Registry, pool: Pool): void {
  const connections = new Gauge({
    name: poolMetrics.connections,
    help: 'Open connections by state',
    labelNames: ['state'],
    registers: [],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount)
    },
  })
  const maxConnections = new Gauge({
    name: poolMetrics.maxConnections,
    help: 'Connections that the pool may open',
    registers: [],
    collect() {
      this.set(pool.options.max)
    },
  })
  const waiting = new Gauge({
    name: poolMetrics.waiting,
    help: 'Queries that wait for a connection',
    registers: [],
    collect() {
      this.set(pool.waitingCount)
    },
  })
  registry.registerMetric(connections)
  registry.registerMetric(maxConnections)
  registry.registerMetric(waiting)
}
