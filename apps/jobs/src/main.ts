import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { collectPoolMetrics, createDb, createPool } from '@fondasi/postgres'
import { createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import { startTracing } from '@fondasi/tracing'
import { readConfig } from './config.ts'
import { release } from './create-core.ts'
import { createJobs } from './create-jobs.ts'
import { createKinds } from './kinds.ts'

// The API process: its environment, log, connections and shutdown. create-jobs.ts composes the service from them, and
// worker.ts is the process that runs the jobs.

/** An `addBulk` of hundreds of jobs takes longer than a request's command. */
const addTimeoutMs = 5_000

const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'jobs', level: config.LOG_LEVEL })
const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT
const tracing = await startTracing({ service: 'jobs', version: release, endpoint, log })
const metrics = createMetrics({ service: 'jobs', version: release })
const { registry } = metrics

const pool = createPool({
  url: config.DATABASE_URL,
  max: config.DATABASE_POOL_SIZE,
  applicationName: 'jobs',
  log,
})
collectPoolMetrics(registry, pool)
const url = config.REDIS_URL
const redis = createRedis({
  url,
  profile: 'request',
  connectionName: 'jobs',
  keyPrefix: config.REDIS_PREFIX,
  log,
})
const queueRedis = createRedis({
  url,
  profile: 'request',
  connectionName: 'jobs-queues',
  commandTimeoutMs: addTimeoutMs,
  log,
})

const kinds = createKinds({ config, db: createDb(pool), registry })
const jobs = await createJobs({
  config,
  log,
  metrics,
  clock: () => new Date(),
  pool,
  redis,
  queueRedis,
  kinds: kinds.list,
})
jobs.background.start()
const admin = await startAdminListener({ registry, log, host: config.HOST, port: config.ADMIN_PORT })
const address = await jobs.app.listen({ host: config.HOST, port: config.PORT })
log.info({ address, adminPort: admin.port }, 'listening')

runUntilSignal({
  log,
  drain: jobs.drain,
  async close() {
    await jobs.close()
    await kinds.close()
    await admin.close()
    queueRedis.disconnect()
    redis.disconnect()
    await pool.end()
    await tracing.close()
  },
})
