import type { Metrics } from '@fondasi/metrics'
import { checkPostgres, isUnavailable } from '@fondasi/postgres'
import { checkRedis } from '@fondasi/redis'
import { createService, type Service } from '@fondasi/service'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type Access, registerAccess } from './access.ts'
import type { KeySource, KeySourceState } from './keys.ts'
import { type RoleTable, staticPolicy } from './policy.ts'
import type { RevocationList } from './revocation-list.ts'

/** What `createProtectedService` needs from every app. */
export interface ServiceDeps {
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
  /** Public keys of access tokens. */
  keys: KeySource
  revocationList: RevocationList
  /** Rejects until this process has loaded the revocations. */
  checkRevocations: () => Promise<void>
}

/**
 * Makes the service of an app on PostgreSQL and Redis that accepts access tokens: `createService` and `registerAccess`
 * with the settings and readiness checks that all apps share. It does not listen.
 *
 * @param about the name of the service, and the title and description of its API reference
 * @param roles the roles that this app knows, with their permissions
 * @returns `drain`, for `runUntilSignal`
 */
export async function createProtectedService(
  about: { name: string; version: string; title: string; description: string },
  roles: RoleTable,
  deps: ServiceDeps,
): Promise<{ app: Service; access: Access; drain: () => void }> {
  const { config, log, metrics, redis, keys } = deps
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
      keys: { check: () => checkKeys(keys, ['current', 'outdated']), required: true },
      // The service works with the keys that it has, so this only degrades it.
      keyRefresh: { check: () => checkKeys(keys, ['current']), required: false },
    },
    isUnavailable,
  })
  const access = await registerAccess(app, {
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    keys,
    revocations: deps.revocationList,
    policy: staticPolicy(roles),
    clock: deps.clock,
  })
  const drain = () => {
    lifecycle.draining = true
  }
  return { app, access, drain }
}

async function checkKeys(keys: KeySource, accepted: KeySourceState[]): Promise<void> {
  const state = await keys.state()
  if (!accepted.includes(state)) throw new Error(`the keys of access tokens are ${state}`)
}
