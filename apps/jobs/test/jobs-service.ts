import { fileURLToPath } from 'node:url'
import { createMetrics } from '@fondasi/metrics'
import { createPool } from '@fondasi/postgres'
import { connected, createRedis } from '@fondasi/redis'
import { createTestBackend, createTestLog, type TestBackend, testEventLoopDelayMs } from '@fondasi/testing'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { v7 as uuidv7 } from 'uuid'
import { readConfig } from '../src/config.ts'
import { createCore } from '../src/create-core.ts'
import { createJobs } from '../src/create-jobs.ts'
import { createWorker } from '../src/create-worker.ts'
import type { Kind } from '../src/features/kinds/define-job.ts'
import type { Lane } from '../src/features/queues/queues.ts'

export type JobsBackend = TestBackend

const issuer = 'http://localhost:4100/auth'
const { publicKey, privateKey } = await generateKeyPair('ES256')
/** Verifies the tokens that `asRole` makes. */
const developmentKey = JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'test' })

export function createJobsBackend(): Promise<JobsBackend> {
  return createTestBackend({
    name: 'jobs',
    migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
  })
}

/** The environment of an instance, also of one that runs as its own process. */
export function jobsEnv({
  database,
  redis,
}: Pick<JobsBackend, 'database' | 'redis'>): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.keyPrefix,
    CURSOR_KEY: Buffer.alloc(32, 7).toString('base64url'),
    JOB_SECRET_KEY: Buffer.alloc(32, 8).toString('base64url'),
    AUTH_ISSUER: issuer,
    AUTH_DEVELOPMENT_KEY: developmentKey,
    // All requests come from one address. Tests of limits set their own.
    RATE_LIMIT_PER_MINUTE: '100000',
    MAX_EVENT_LOOP_DELAY_MS: String(testEventLoopDelayMs),
  }
}

interface InstanceOptions {
  env?: Record<string, string>
  lane?: Lane
}

/** The parts of one process: as made by main.ts and worker.ts, but on the test's database and Redis. */
async function createParts(backend: JobsBackend, kinds: readonly Kind[], options: InstanceOptions) {
  const config = readConfig({ ...jobsEnv(backend), ...options.env })
  const { log, lines } = createTestLog('jobs')
  const metrics = createMetrics({ service: 'jobs', version: 'test' })
  const pool = createPool({ url: config.DATABASE_URL, applicationName: 'jobs-test', log })
  const queueRedis = createRedis({
    url: config.REDIS_URL,
    profile: 'request',
    connectionName: 'jobs-test-queues',
    commandTimeoutMs: 30_000,
    log,
  })
  await connected(queueRedis, 5_000)
  return { config, log, lines, metrics, registry: metrics.registry, pool, queueRedis, kinds }
}

/** Dispatches, but runs nothing. The background work does not start by itself. */
export async function startCore(backend: JobsBackend, kinds: readonly Kind[], options: InstanceOptions = {}) {
  const parts = await createParts(backend, kinds, options)
  const core = createCore(parts)
  return {
    core,
    pool: parts.pool,
    queueRedis: parts.queueRedis,
    log: parts.lines,
    async close() {
      await core.close()
      parts.queueRedis.disconnect()
      await parts.pool.end()
    },
  }
}

/** The API, without background work: only tests about it start it. */
export async function startApi(backend: JobsBackend, kinds: readonly Kind[], options: InstanceOptions = {}) {
  const parts = await createParts(backend, kinds, options)
  const { config, log, pool, queueRedis } = parts
  const redis = createRedis({
    url: config.REDIS_URL,
    profile: 'request',
    connectionName: 'jobs-test',
    keyPrefix: config.REDIS_PREFIX,
    log,
  })
  await connected(redis, 5_000)
  const jobs = await createJobs({ ...parts, redis, clock: backend.clock })
  await jobs.app.ready()
  return {
    ...jobs,
    pool,
    log: parts.lines,
    async close() {
      await jobs.close()
      redis.disconnect()
      queueRedis.disconnect()
      await pool.end()
    },
  }
}

/** A guest is a role that permits nothing. */
type Role = 'admin' | 'editor' | 'viewer' | 'guest'

/** The headers of a request with a token for a role, signed as auth would sign it. */
export async function asRole(
  { clock }: Pick<JobsBackend, 'clock'>,
  role: Role,
  tenant = 'main',
): Promise<{ authorization: string }> {
  const issuedAt = Math.floor(clock().getTime() / 1_000)
  const token = await new SignJWT({
    iss: issuer,
    aud: 'fondasi',
    sub: `${role}-of-the-test`,
    client_id: 'web',
    iat: issuedAt,
    exp: issuedAt + 600,
    jti: uuidv7(),
    tenant,
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

/** Runs jobs with kinds of the test. Its dispatcher does not start by itself. */
export async function startWorker(
  backend: JobsBackend,
  kinds: readonly Kind[],
  options: InstanceOptions = {},
) {
  const parts = await createParts(backend, kinds, options)
  const { config, log, pool, queueRedis } = parts
  const workerRedis = createRedis({
    url: config.REDIS_URL,
    profile: 'worker',
    connectionName: 'jobs-test-worker',
    log,
  })
  const worker = createWorker({
    ...parts,
    workerRedis,
    lane: options.lane ?? 'normal',
    exit: () => {},
    shutdownLimits: { abortedMs: 60_000, flushMs: 60_000 },
  })
  return {
    ...worker,
    pool,
    queueRedis,
    log: parts.lines,
    async close(graceMs = 8_000) {
      await worker.close(graceMs)
      workerRedis.disconnect()
      queueRedis.disconnect()
      await pool.end()
    },
  }
}
