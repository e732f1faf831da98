import { createRevocationList, followRevocations } from '@fondasi/access'
import type { Metrics } from '@fondasi/metrics'
import { createSealer } from '@fondasi/outbox'
import { createDb } from '@fondasi/postgres'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type AppDeps, buildApp } from './app.ts'
import { startBackground } from './background.ts'
import type { Config } from './config.ts'
import type { PasswordHasher } from './features/credentials/password-hasher.ts'
import { deriveKeys } from './features/keys/derived-keys.ts'
import { startKeyMaintenance } from './features/keys/key-maintenance.ts'
import { createKeyStore } from './features/keys/service.ts'
import { createMailer } from './features/mail/mailer.ts'
import { createRevocations, revocationChannel } from './features/revocations/service.ts'
import { createAuthMetrics } from './metrics.ts'

/** The parts that a process (main.ts) and a test make differently. */
export interface AuthParts {
  config: Config
  log: Logger
  metrics: Metrics
  clock: () => Date
  pool: Pool
  redis: Redis
  hasher: PasswordHasher
}

/**
 * Composes the service, in the same way for a process and for a test. It creates everything that outlives a request, and
 * `close` ends that in reverse order. The caller closes the parts that it passed in.
 */
export async function createAuth(parts: AuthParts) {
  const { config, log, metrics, clock, pool, redis } = parts
  const db = createDb(pool)
  const derivedKeys = deriveKeys(config.AUTH_MASTER_KEY)
  const revocationList = createRevocationList(clock)
  const revocations = createRevocations({ db, redis, log, clock, list: revocationList, config })
  const sealingKey = derivedKeys.signingKeys
  const keys = createKeyStore({ db, redis, sealingKey, clock, log, config, revocations })
  const keyMaintenance = await startKeyMaintenance({ keys, config, log })
  const revocationFeed = followRevocations({
    list: revocationList,
    load: revocations.read,
    redisUrl: config.REDIS_URL,
    channel: revocationChannel(config.REDIS_PREFIX),
    log,
  })
  const mailer = createMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM, log })
  const deps: AppDeps = {
    ...parts,
    authMetrics: createAuthMetrics(metrics.registry),
    db,
    derivedKeys,
    sealer: createSealer(derivedKeys.messages),
    keys,
    revocationList,
    revocations,
    checkRevocations: revocationFeed.check,
  }
  const background = startBackground({ ...deps, mailer })
  const { app, drain } = await buildApp(deps)
  return {
    app,
    deps,
    drain,
    async close() {
      await app.close()
      await background.close()
      mailer.close()
      await revocationFeed.close()
      await keyMaintenance.close()
    },
  }
}
