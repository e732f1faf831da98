import { fileURLToPath } from 'node:url'
import { createMetrics } from '@fondasi/metrics'
import { createPool } from '@fondasi/postgres'
import { connected, createRedis } from '@fondasi/redis'
import type { Service } from '@fondasi/service'
import { createTestBackend, createTestLog, type TestBackend, testEventLoopDelayMs } from '@fondasi/testing'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { v7 as uuidv7 } from 'uuid'
import type { AppDeps } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { createCatalog } from '../src/create-catalog.ts'

export type CatalogBackend = TestBackend

/** One running instance: composed as by main.ts, but on the test's database, Redis and clock. */
export interface CatalogInstance {
  app: Service
  deps: AppDeps
  /** The work outside requests: only tests about it start it. */
  background: { start(): void }
  /** Lines of the log, parsed. */
  log: Record<string, unknown>[]
  close(): Promise<void>
}

/** `reset` keeps the tables that migrations fill. */
export function createCatalogBackend(): Promise<CatalogBackend> {
  return createTestBackend({
    name: 'catalog',
    migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
    keep: ['price_lists', 'stop_words', 'search_index_state'],
  })
}

const { publicKey, privateKey } = await generateKeyPair('ES256')
/** Verifies the tokens that `asRole` makes. */
const developmentKey = JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'test' })
const issuer = 'http://localhost:4100/auth'

/** The headers of a request with a token for a role, signed as auth would sign it. */
export async function asRole(
  { clock }: CatalogBackend,
  role: 'admin' | 'editor' | 'viewer',
): Promise<{ authorization: string }> {
  const issuedAt = Math.floor(clock().getTime() / 1000)
  const token = await new SignJWT({
    iss: issuer,
    aud: 'fondasi',
    sub: `${role}-of-the-test`,
    client_id: 'web',
    iat: issuedAt,
    exp: issuedAt + 600,
    jti: uuidv7(),
    tenant: 'main',
    roles: [role],
    scope: '',
    sid: uuidv7(),
    amr: ['pwd'],
    auth_time: issuedAt,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
    .sign(privateKey)
  return { authorization: `Bearer ${token}` }
}

/** The environment of an instance, also of one that runs as its own process. */
export function catalogEnv({ database, redis }: CatalogBackend): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.keyPrefix,
    CURSOR_KEY: Buffer.alloc(32, 7).toString('base64url'),
    AUTH_ISSUER: issuer,
    AUTH_DEVELOPMENT_KEY: developmentKey,
    // All requests come from one address. Tests of limits set their own.
    RATE_LIMIT_PER_MINUTE: '100000',
    MAX_EVENT_LOOP_DELAY_MS: String(testEventLoopDelayMs),
  }
}

/** A busy machine must not look like an outage of Redis. */
const redisCommandTimeoutMs = 60_000

export async function startCatalog(
  backend: CatalogBackend,
  env: Record<string, string> = {},
): Promise<CatalogInstance> {
  const config = readConfig({ ...catalogEnv(backend), ...env })
  const { log, lines } = createTestLog('catalog')
  const metrics = createMetrics({ service: 'catalog', version: 'test' })
  const { clock } = backend
  const pool = createPool({ url: config.DATABASE_URL, applicationName: 'catalog-test', log })
  const redis = createRedis({
    url: config.REDIS_URL,
    profile: 'request',
    connectionName: 'catalog-test',
    keyPrefix: config.REDIS_PREFIX,
    log,
    commandTimeoutMs: redisCommandTimeoutMs,
  })
  await connected(redis, 5_000)
  const cacheRedis =
    config.CACHE_REDIS_URL === undefined
      ? redis
      : createRedis({
          url: config.CACHE_REDIS_URL,
          profile: 'request',
          connectionName: 'catalog-test-cache',
          keyPrefix: config.REDIS_PREFIX,
          log,
          commandTimeoutMs: redisCommandTimeoutMs,
        })
  await connected(cacheRedis, 5_000)
  const catalog = await createCatalog({ config, log, metrics, clock, pool, redis, cacheRedis })
  await catalog.app.ready()
  return {
    app: catalog.app,
    deps: catalog.deps,
    background: catalog.background,
    log: lines,
    async close() {
      await catalog.close()
      cacheRedis.disconnect()
      redis.disconnect()
      await pool.end()
    },
  }
}
