import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { collectPoolMetrics, createPool } from '@fondasi/postgres'
import { createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import { startTracing } from '@fondasi/tracing'
import { readConfig } from './config.ts'
import { createCatalog } from './create-catalog.ts'
import { cleanHeapEarly } from './features/imports/heap.ts'

// The process: its environment, log, connections and shutdown. create-catalog.ts composes the service from them.
cleanHeapEarly()
const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'catalog', level: config.LOG_LEVEL })
const tracing = await startTracing({
  service: 'catalog',
  version: '0.1.0',
  endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  log,
})
const metrics = createMetrics({ service: 'catalog', version: '0.1.0' })
const { registry } = metrics

const pool = createPool({
  url: config.DATABASE_URL,
  max: config.DATABASE_POOL_SIZE,
  applicationName: 'catalog',
  log,
})
collectPoolMetrics(registry, pool)
const redis = createRedis({
  url: config.REDIS_URL,
  profile: 'request',
  connectionName: 'catalog',
  keyPrefix: config.REDIS_PREFIX,
  log,
})
const cacheRedis =
  config.CACHE_REDIS_URL === undefined
    ? redis
    : createRedis({
        url: config.CACHE_REDIS_URL,
        profile: 'request',
        connectionName: 'catalog-cache',
        keyPrefix: config.REDIS_PREFIX,
        log,
      })

const catalog = await createCatalog({
  config,
  log,
  metrics,
  clock: () => new Date(),
  pool,
  redis,
  cacheRedis,
})
catalog.background.start()
const admin = await startAdminListener({ registry, log, host: config.HOST, port: config.ADMIN_PORT })
const address = await catalog.app.listen({ host: config.HOST, port: config.PORT })
log.info({ address, adminPort: admin.port }, 'listening')

runUntilSignal({
  log,
  drain: catalog.drain,
  async close() {
    await catalog.close()
    await admin.close()
    cacheRedis.disconnect()
    redis.disconnect()
    await pool.end()
    await tracing.close()
  },
})
