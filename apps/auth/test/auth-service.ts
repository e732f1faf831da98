import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createRevocationList, followRevocations } from '@fondasi/access'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { createSealer } from '@fondasi/outbox'
import { createDb, createPool } from '@fondasi/postgres'
import { connected, createRedis } from '@fondasi/redis'
import type { Service } from '@fondasi/service'
import {
  createClock,
  createTestDatabase,
  createTestRedis,
  type TestClock,
  type TestDatabase,
  type TestRedis,
  waitFor,
} from '@fondasi/testing'
import { z } from 'zod'
import { type AppDeps, buildApp } from '../src/app.ts'
import { startBackground } from '../src/background.ts'
import { type Config, readConfig } from '../src/config.ts'
import { users } from '../src/db/schema.ts'
import { deriveKeys } from '../src/features/keys/derived-keys.ts'
import { startKeyMaintenance } from '../src/features/keys/key-maintenance.ts'
import { createKeyStore } from '../src/features/keys/service.ts'
import { createMailer } from '../src/features/mail/mailer.ts'
import { createPasswordHasher } from '../src/features/passwords/password-hasher.ts'
import { createRevocations, revocationChannel } from '../src/features/revocations/service.ts'
import { createAuthMetrics } from '../src/metrics.ts'

export const testPassword = 'correct horse battery staple'

const mailLine = z.object({ to: z.string(), subject: z.string(), link: z.string().optional() })
type Mail = z.output<typeof mailLine>

/** What all instances of one test file share. */
export interface AuthBackend {
  database: TestDatabase
  redis: TestRedis
  clock: TestClock
  /** Empties tables (but for signing keys) and Redis, for the start of a test. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** One running instance: as main.ts composes it, but on the test's database, Redis and clock. */
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

export async function createAuthBackend(): Promise<AuthBackend> {
  const database = await createTestDatabase({
    name: 'auth',
    migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
    keep: ['signing_keys'],
  })
  const redis = await createTestRedis()
  return {
    database,
    redis,
    clock: createClock(),
    async reset() {
      await Promise.all([database.truncate(), redis.flush()])
    },
    async close() {
      await redis.close()
      await database.drop()
    },
  }
}

let hashers: ReturnType<typeof createPasswordHasher> | undefined

export async function startAuth(
  backend: AuthBackend,
  env: Record<string, string> = {},
): Promise<AuthInstance> {
  const config: Config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: backend.database.url,
    REDIS_URL: backend.redis.url,
    REDIS_PREFIX: backend.redis.keyPrefix,
    AUTH_MASTER_KEY: Buffer.alloc(32, 7).toString('base64url'),
    // Tests come from one address; those about limits set their own.
    RATE_LIMIT_PER_MINUTE: '100000',
    LOGIN_FAILURES_PER_IP: '10000',
    MAIL_REQUESTS_PER_IP_PER_HOUR: '10000',
    REFRESHES_PER_IP_PER_MINUTE: '100000',
    TRUSTED_PROXIES: '127.0.0.1/32',
    ...env,
  })
  const lines: Record<string, unknown>[] = []
  const log = createLogger({
    name: 'auth',
    level: 'debug',
    destination: new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString()))
        done()
      },
    }),
  })
  const metrics = createMetrics({ service: 'auth', version: 'test' })
  const { clock } = backend
  const pool = createPool({ url: config.DATABASE_URL, applicationName: 'auth-test', log })
  const db = createDb(pool)
  const redis = createRedis({
    url: config.REDIS_URL,
    profile: 'request',
    connectionName: 'auth-test',
    keyPrefix: config.REDIS_PREFIX,
    log,
  })
  await connected(redis, 5_000)
  const derivedKeys = deriveKeys(config.AUTH_MASTER_KEY)
  const keys = createKeyStore({ db, redis, sealingKey: derivedKeys.signingKeys, clock, log, config })
  const keyMaintenance = await startKeyMaintenance({ keys, config, log })
  hashers ??= createPasswordHasher({
    memoryKib: config.ARGON2_MEMORY_KIB,
    passes: config.ARGON2_PASSES,
    concurrency: config.HASH_CONCURRENCY,
    registry: metrics.registry,
  })
  const hasher = await hashers
  const revocationList = createRevocationList(clock)
  const revocations = createRevocations({ db, redis, log, clock, list: revocationList, config })
  const feed = followRevocations({
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
    authMetrics: createAuthMetrics(metrics.registry),
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
    checkRevocations: feed.check,
  }
  const background = startBackground({ ...deps, mailer })
  const { app } = await buildApp(deps)
  await app.ready()

  let counter = 0
  return {
    app,
    deps,
    log: lines,
    async mailTo(address, subject) {
      let mail: Mail | undefined
      await waitFor(
        () => {
          const found = lines.findLast(
            (line) =>
              line['msg'] === 'mail' &&
              line['to'] === address &&
              (subject === undefined || line['subject'] === subject),
          )
          if (found) mail = mailLine.parse(found)
          return mail !== undefined
        },
        { timeoutMs: 10_000, what: `a mail to ${address}` },
      )
      if (!mail) throw new Error('unreachable')
      return mail
    },
    async createUser({ email = `user${(counter += 1)}@example.com`, roles = [] } = {}) {
      const now = clock()
      const passwordHash = await hasher.hash(testPassword)
      const [user] = await db
        .insert(users)
        .values({ email, name: 'Test', roles, passwordHash, passwordChangedAt: now, createdAt: now })
        .returning({ id: users.id })
      if (!user) throw new Error('no user was made')
      return { id: user.id, email }
    },
    async signIn(email, transport = 'body') {
      const response = await app.inject({
        method: 'POST',
        url: '/v1/login',
        payload: { email, password: testPassword, transport },
      })
      if (response.statusCode !== 200)
        throw new Error(`login answered ${response.statusCode} ${response.body}`)
      const body = response.json<{ accessToken: string; refreshToken?: string }>()
      return {
        accessToken: body.accessToken,
        refreshToken: body.refreshToken ?? '',
        cookies: response.cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        headers: { authorization: `Bearer ${body.accessToken}` },
      }
    },
    async close() {
      await app.close()
      await background.close()
      await feed.close()
      await keyMaintenance.close()
      redis.disconnect()
      await pool.end()
    },
  }
}
