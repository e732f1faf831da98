import { fileURLToPath } from 'node:url'
import { createMetrics } from '@fondasi/metrics'
import { createPool } from '@fondasi/postgres'
import { connected, createRedis } from '@fondasi/redis'
import type { Service } from '@fondasi/service'
import {
  createTestBackend,
  createTestLog,
  type TestBackend,
  testEventLoopDelayMs,
  waitFor,
} from '@fondasi/testing'
import { z } from 'zod'
import type { AppDeps } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { createAuth } from '../src/create-auth.ts'
import { users } from '../src/db/schema.ts'
import { createPasswordHasher } from '../src/features/credentials/password-hasher.ts'

export const testPassword = 'correct horse battery staple'

const mailLine = z.object({ to: z.string(), subject: z.string(), link: z.string().optional() })
type Mail = z.output<typeof mailLine>

export type AuthBackend = TestBackend

/** One running instance: composed as by main.ts, but on the test's database, Redis and clock. */
export interface AuthInstance {
  app: Service
  deps: AppDeps
  /** Lines of the log, parsed. */
  log: Record<string, unknown>[]
  /** The newest mail to an address (with a subject), once the outbox has delivered it. */
  mailTo(address: string, subject?: string): Promise<Mail>
  /** A user with `testPassword`, without the mail round trip. */
  createUser(options?: { email?: string; roles?: string[] }): Promise<{ id: string; email: string }>
  signIn(email: string, transport?: 'body' | 'cookie'): Promise<SignedIn>
  close(): Promise<void>
}

export interface SignedIn {
  accessToken: string
  refreshToken: string
  /** `name=value` pairs for a Cookie header. */
  cookies: string
  headers: { authorization: string }
}

/** Signing keys are kept, because creating them again for every test would only take time. */
export function createAuthBackend(): Promise<AuthBackend> {
  return createTestBackend({
    name: 'auth',
    migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
    keep: ['signing_keys'],
  })
}

/** The environment of an instance, also for one that runs in a process of its own. */
export function authEnv({ database, redis }: AuthBackend): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.keyPrefix,
    AUTH_MASTER_KEY: Buffer.alloc(32, 7).toString('base64url'),
    TRUSTED_PROXIES: '127.0.0.1/32',
    MAX_EVENT_LOOP_DELAY_MS: String(testEventLoopDelayMs),
  }
}

/** All instances of a test file share one hasher, because creating one computes a hash. */
const hashers = new WeakMap<AuthBackend, ReturnType<typeof createPasswordHasher>>()

export async function startAuth(
  backend: AuthBackend,
  env: Record<string, string> = {},
  options: { redisCommandTimeoutMs?: number } = {},
): Promise<AuthInstance> {
  const config = readConfig({
    ...authEnv(backend),
    // All requests come from one address. Tests of limits set their own.
    RATE_LIMIT_PER_MINUTE: '100000',
    LOGIN_FAILURES_PER_IP: '10000',
    MAIL_REQUESTS_PER_IP_PER_HOUR: '10000',
    REFRESHES_PER_IP_PER_MINUTE: '100000',
    ...env,
  })
  const { log, lines } = createTestLog('auth')
  const metrics = createMetrics({ service: 'auth', version: 'test' })
  const { clock } = backend
  const pool = createPool({ url: config.DATABASE_URL, applicationName: 'auth-test', log })
  const redis = createRedis({
    url: config.REDIS_URL,
    profile: 'request',
    connectionName: 'auth-test',
    keyPrefix: config.REDIS_PREFIX,
    log,
    // A busy machine must not look like an outage.
    commandTimeoutMs: options.redisCommandTimeoutMs ?? 60_000,
  })
  await connected(redis, 60_000)
  const creating =
    hashers.get(backend) ??
    createPasswordHasher({
      memoryKib: config.ARGON2_MEMORY_KIB,
      passes: config.ARGON2_PASSES,
      concurrency: config.HASH_CONCURRENCY,
      registry: metrics.registry,
      // Hashes take no time by this clock, so a busy machine queues as many as a fast one.
      clock: () => 0,
    })
  hashers.set(backend, creating)
  const hasher = await creating
  const { app, deps, close } = await createAuth({ config, log, metrics, clock, pool, redis, hasher })
  await app.ready()

  let counter = 0
  return {
    app,
    deps,
    log: lines,
    async mailTo(address, subject) {
      const found = await waitFor(
        () =>
          lines.findLast(
            (line) =>
              line['msg'] === 'mail' &&
              line['to'] === address &&
              (subject === undefined || line['subject'] === subject),
          ),
        { timeoutMs: 60_000, what: `a mail to ${address}` },
      )
      return mailLine.parse(found)
    },
    async createUser({ email = `user${(counter += 1)}@example.com`, roles = [] } = {}) {
      const now = clock()
      const passwordHash = await hasher.hash(testPassword)
      const [user] = await deps.db
        .insert(users)
        .values({ email, name: 'Test', roles, passwordHash, passwordChangedAt: now, createdAt: now })
        .returning({ id: users.id })
      if (!user) throw new Error('no user was created')
      return { id: user.id, email }
    },
    async signIn(email, transport = 'body') {
      const response = await app.inject({
        method: 'POST',
        url: '/v1/login',
        payload: { email, password: testPassword, transport },
      })
      if (response.statusCode !== 200)
        throw new Error(`login returned ${response.statusCode} ${response.body}`)
      const body = response.json<{ accessToken: string; refreshToken?: string }>()
      return {
        accessToken: body.accessToken,
        refreshToken: body.refreshToken ?? '',
        cookies: response.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        headers: { authorization: `Bearer ${body.accessToken}` },
      }
    },
    async close() {
      await close()
      redis.disconnect()
      await pool.end()
    },
  }
}
