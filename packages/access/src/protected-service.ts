import type { Metrics } from '@fondasi/metrics'
import { checkPostgres, isUnavailable } from '@fondasi/postgres'
import { checkRedis } from '@fondasi/redis'
import { createService, type Service } from '@fondasi/service'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type Access, registerAccess } from './access.ts'
import type { KeySource } from './keys.ts'
import { type RoleTable, staticPolicy } from './policy.ts'
import type { RevocationList } from './revocation-list.ts'

/** What every app has that lives longer than a request, whatever it is about. */
export interface ServiceDeps {
  /** Settings that every app has. */
  config: {
    PUBLIC_URL: string
    AUTH_ISSUER: string
    AUTH_AUDIENCE: string
    ALLOWED_ORIGINS: readonly string[]
    TRUSTED_PROXIES: readonly string[]
    RATE_LIMIT_PER_MINUTE: number
    MAX_EVENT_LOOP_DELAY_MS: number
  }
  log: Logger
  metrics: Metrics
  pool: Pool
  redis: Redis
  clock: () => Date
  /** Of access tokens. */
  keys: KeySource
  revocationList: RevocationList
  /** Rejects until this process knows what has been revoked. */
  checkRevocations: () => Promise<void>
}

/**
 * Makes the service of an app on PostgreSQL and Redis, with access tokens: `createService` and `registerAccess`
 * with what is the same for all apps. It does not listen.
 *
 * @param about what the API reference says on top
 * @param roles those that mean something here; with the audit service a remote policy takes this table's place
 * @returns `drain`, for `runUntilSignal`
 */
export async function createProtectedService(
  about: { name: string; version: string; title: string; description: string },
  roles: RoleTable,
  deps: ServiceDeps,
): Promise<{ app: Service; access: Access; drain: () => void }> {
  const { config, log, metrics, redis } = deps
  const { app, lifecycle } = await createService({
    ...about,
    publicUrl: config.PUBLIC_URL,
    log,
    metrics,
    redis,
    trustedProxies: config.TRUSTED_PROXIES,
    allowedOrigins: config.ALLOWED_ORIGINS,
    rateLimit: { max: config.RATE_LIMIT_PER_MINUTE, windowMs: 60_000 },
    maxEventLoopDelayMs: config.MAX_EVENT_LOOP_DELAY_MS,
    checks: {
      postgres: { check: () => checkPostgres(deps.pool), required: true },
      redis: { check: () => checkRedis(redis), required: false },
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
  })
  const drain = () => {
    lifecycle.draining = true
  }
  return { app, access, drain }
}
