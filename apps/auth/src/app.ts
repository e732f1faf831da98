import { type Access, type RevocationList, registerAccess, type RoleTable, staticPolicy } from '@fondasi/access'
import type { Metrics } from '@fondasi/metrics'
import { checkPostgres, type Db, isUnavailable } from '@fondasi/postgres'
import { checkRedis } from '@fondasi/redis'
import { type CursorCodec, createCursorCodec, createService, type Service } from '@fondasi/service'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { DerivedKeys } from './features/keys/derived-keys.ts'
import type { KeyStore } from './features/keys/service.ts'
import type { PasswordHasher } from './features/passwords/password-hasher.ts'
import type { AuthMetrics } from './metrics.ts'

/** What lives longer than a request: made in main.ts, handed down, closed there. */
export interface AppDeps {
  config: Config
  log: Logger
  metrics: Metrics
  authMetrics: AuthMetrics
  pool: Pool
  db: Db
  redis: Redis
  clock: () => Date
  derivedKeys: DerivedKeys
  keys: KeyStore
  hasher: PasswordHasher
  revocationList: RevocationList
  /** Rejects until this process knows what has been revoked. */
  checkRevocations: () => Promise<void>
}

/** What a feature gets: the process's dependencies and what buildApp made of them. */
export interface FeatureDeps extends AppDeps {
  access: Access
  cursors: CursorCodec
}

/** Roles that mean something here. With the audit service a remote policy takes this table's place. */
const roles: RoleTable = {
  admin: ['*:*'],
}

/**
 * Builds the service from its dependencies: the features in reading order. Never listens, never reads the
 * environment, starts nothing that must be stopped.
 */
export async function buildApp(deps: AppDeps): Promise<{ app: Service; drain: () => void }> {
  const { config } = deps
  const { app, lifecycle } = await createService({
    name: 'auth',
    version: '0.1.0',
    title: 'Auth',
    description: 'Accounts, JWT access tokens, rotating refresh tokens and rate limiting.',
    publicUrl: config.PUBLIC_URL,
    log: deps.log,
    metrics: deps.metrics,
    redis: deps.redis,
    trustedProxies: config.TRUSTED_PROXIES,
    allowedOrigins: config.ALLOWED_ORIGINS,
    rateLimit: { max: config.RATE_LIMIT_PER_MINUTE, windowMs: 60_000 },
    checks: {
      postgres: { check: () => checkPostgres(deps.pool), required: true },
      redis: { check: () => checkRedis(deps.redis), required: false },
      revocations: { check: deps.checkRevocations, required: true },
    },
    isUnavailable,
  })
  const access = await registerAccess(app, {
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    keys: deps.keys,
    revocations: deps.revocationList,
    policy: staticPolicy(roles),
    clock: deps.clock,
    privateKey: async () => (await deps.keys.active()).privateKeyPem,
  })
  const feature: FeatureDeps = { ...deps, access, cursors: createCursorCodec(deps.derivedKeys.cursors) }

  await app.register(
    async () => {
      void feature // features are registered here, in reading order
    },
    { prefix: '/v1' },
  )
  return {
    app,
    drain: () => {
      lifecycle.draining = true
    },
  }
}
