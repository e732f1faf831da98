import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { collectPoolMetrics, createDb, createPool } from '@fondasi/postgres'
import { createRedis } from '@fondasi/redis'
import { startTracing } from '@fondasi/tracing'
import type { Config } from './config.ts'
import { release } from './create-core.ts'
import type { AppKinds, KindDeps } from './kinds.ts'

/** An `addBulk` of hundreds of jobs takes longer than the commands of a request. */
const addTimeoutMs = 5_000

/** Starts what the API and the worker have in common: log, tracing, metrics, connections and kinds. */
export async function startProcess(name: string, config: Config, createKinds: (deps: KindDeps) => AppKinds) {
  const log = createLogger({ name, level: config.LOG_LEVEL })
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
  const tracing = await startTracing({ service: name, version: release, endpoint, log })
  const metrics = createMetrics({ service: name, version: release })
  const { registry } = metrics
  const pool = createPool({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL_SIZE,
    applicationName: name,
    log,
  })
  collectPoolMetrics(registry, pool)
  const queueRedis = createRedis({
    url: config.REDIS_URL,
    profile: 'request',
    connectionName: `${name}-queues`,
    commandTimeoutMs: addTimeoutMs,
    log,
  })
  const kinds = createKinds({ config, db: createDb(pool), registry })
  return {
    /** For `createCore`. */
    parts: { config, log, registry, pool, queueRedis, kinds: kinds.list },
    metrics,
    async close(): Promise<void> {
      await kinds.close()
      queueRedis.disconnect()
      await pool.end()
      await tracing.close()
    },
  }
}
