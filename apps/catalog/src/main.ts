import {
  createRevocationList,
  createServiceToken,
  followRevocations,
  localKeys,
  remoteKeys,
  remoteRevocations,
} from '@fondasi/access'
import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { collectPoolMetrics, createDb, createPool } from '@fondasi/postgres'
import { createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import { startTracing } from '@fondasi/tracing'
import { type AppDeps, buildApp } from './app.ts'
import { startBackground } from './background.ts'
import { readConfig } from './config.ts'
import { cleanHeapEarly } from './features/imports/heap.ts'
import { createCatalogMetrics } from './metrics.ts'

// The composition root: everything that lives longer than a request is made here, in the order in which it is
// needed, and closed in the reverse order. Nothing else reads the environment.
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
const clock = () => new Date()

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

const revocationList = createRevocationList(clock)
const revocations = followAuth()
const deps: AppDeps = {
  config,
  log,
  metrics,
  catalogMetrics: createCatalogMetrics(registry),
  pool,
  db: createDb(pool),
  redis,
  cacheRedis,
  clock,
  keys:
    config.AUTH_JWKS_URL === undefined
      ? localKeys(config.AUTH_DEVELOPMENT_KEY ?? '')
      : remoteKeys({ url: config.AUTH_JWKS_URL, clock, log }),
  revocationList,
  checkRevocations: async () => revocations?.check(),
}
const background = startBackground(deps)
const { app, drain } = await buildApp(deps)
const admin = await startAdminListener({ registry, host: config.HOST, port: config.ADMIN_PORT })
const address = await app.listen({ host: config.HOST, port: config.PORT })
log.info({ address, adminPort: admin.port }, 'listening')

runUntilSignal({
  log,
  drain,
  async close() {
    await app.close()
    await background.close()
    await revocations?.close()
    await admin.close()
    cacheRedis.disconnect()
    redis.disconnect()
    await pool.end()
    await tracing.close()
  },
})

/** With the auth service at hand a token that it revoked is refused at once; without it tokens live to their end. */
function followAuth() {
  const { AUTH_URL: authUrl, AUTH_CLIENT_ID: clientId, AUTH_CLIENT_SECRET: clientSecret } = config
  if (authUrl === undefined || clientSecret === undefined) return undefined
  const token = createServiceToken({ authUrl, clientId, clientSecret, clock })
  return followRevocations({
    list: revocationList,
    load: remoteRevocations({ authUrl, token }),
    redisUrl: config.REDIS_URL,
    channel: config.AUTH_REVOCATION_CHANNEL,
    log,
  })
}
