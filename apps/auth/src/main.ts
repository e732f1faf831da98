import { createRevocationList, followRevocations } from '@fondasi/access'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { createSealer } from '@fondasi/outbox'
import { collectPoolMetrics, createDb, createPool } from '@fondasi/postgres'
import { createRedis } from '@fondasi/redis'
import { runUntilSignal, startAdminListener } from '@fondasi/service'
import { startTracing } from '@fondasi/tracing'
import { type AppDeps, buildApp } from './app.ts'
import { startBackground } from './background.ts'
import { readConfig } from './config.ts'
import { deriveKeys } from './features/keys/derived-keys.ts'
import { startKeyMaintenance } from './features/keys/key-maintenance.ts'
import { createKeyStore } from './features/keys/service.ts'
import { createMailer } from './features/mail/mailer.ts'
import { createPasswordHasher } from './features/passwords/password-hasher.ts'
import { createRevocations, revocationChannel } from './features/revocations/service.ts'
import { createAuthMetrics } from './metrics.ts'

// The composition root: everything that lives longer than a request is made here, in the order in which it is
// needed, and closed in the reverse order. Nothing else reads the environment.
const config = readConfig(process.env)
const log = createLogger({ name: 'auth', level: config.LOG_LEVEL })
const tracing = await startTracing({
  service: 'auth',
  version: '0.1.0',
  endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
  log,
})
const metrics = createMetrics({ service: 'auth', version: '0.1.0' })
const { registry } = metrics
const clock = () => new Date()

const pool = createPool({
  url: config.DATABASE_URL,
  max: config.DATABASE_POOL_SIZE,
  applicationName: 'auth',
  log,
})
collectPoolMetrics(registry, pool)
const db = createDb(pool)
const redis = createRedis({
  url: config.REDIS_URL,
  profile: 'request',
  connectionName: 'auth',
  keyPrefix: config.REDIS_PREFIX,
  log,
})

const derivedKeys = deriveKeys(config.AUTH_MASTER_KEY)
const keys = createKeyStore({ db, redis, sealingKey: derivedKeys.signingKeys, clock, log, config })
const keyMaintenance = await startKeyMaintenance({ keys, config, log })
const hasher = await createPasswordHasher({
  memoryKib: config.ARGON2_MEMORY_KIB,
  passes: config.ARGON2_PASSES,
  concurrency: config.HASH_CONCURRENCY,
  registry,
})
const revocationList = createRevocationList(clock)
const revocations = createRevocations({ db, redis, log, clock, list: revocationList, config })
const revocationFeed = followRevocations({
  list: revocationList,
  load: revocations.read,
  redisUrl: config.REDIS_URL,
  channel: revocationChannel(config.REDIS_PREFIX),
  log,
})
const mailer = createMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM, log })

const deps: AppDeps = {
  config,
  log,
  metrics,
  authMetrics: createAuthMetrics(registry),
  pool,
  db,
  redis,
  clock,
  derivedKeys,
  sealer: createSealer(derivedKeys.messages),
  keys,
  hasher,
  revocationList,
  revocations,
  checkRevocations: revocationFeed.check,
}
const background = startBackground({ ...deps, mailer })
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
    mailer.close()
    await revocationFeed.close()
    await keyMaintenance.close()
    await admin.close()
    redis.disconnect()
    await pool.end()
    await tracing.close()
  },
})
