import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { collectPoolMetrics, createPool } from '@fondasi/postgres'
import { createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import { startTracing } from '@fondasi/tracing'
import { readConfig } from './config.ts'
import { createAuth } from './create-auth.ts'
import { createPasswordHasher } from './features/credentials/password-hasher.ts'

// The process: its settings, log, connections and shutdown. create-auth.ts composes the service from them.
const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'auth', level: config.LOG_LEVEL })
const tracing = await startTracing({
  service: 'auth',
  version: '0.1.0',
  endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  log,
})
const metrics = createMetrics({ service: 'auth', version: '0.1.0' })
const { registry } = metrics

const pool = createPool({
  url: config.DATABASE_URL,
  max: config.DATABASE_POOL_SIZE,
  applicationName: 'auth',
  log,
})
collectPoolMetrics(registry, pool)
const redis = createRedis({
  url: config.REDIS_URL,
  profile: 'request',
  connectionName: 'auth',
  keyPrefix: config.REDIS_PREFIX,
  log,
})
const hasher = await createPasswordHasher({
  memoryKib: config.ARGON2_MEMORY_KIB,
  passes: config.ARGON2_PASSES,
  concurrency: config.HASH_CONCURRENCY,
  registry,
})

const auth = await createAuth({ config, log, metrics, clock: () => new Date(), pool, redis, hasher })
const admin = await startAdminListener({ registry, log, host: config.HOST, port: config.ADMIN_PORT })
const address = await auth.app.listen({ host: config.HOST, port: config.PORT })
log.info({ address, adminPort: admin.port }, 'listening')

runUntilSignal({
  log,
  drain: auth.drain,
  async close() {
    await auth.close()
    await admin.close()
    redis.disconnect()
    await pool.end()
    await tracing.close()
  },
})
