import { fileURLToPath } from 'node:url'
import {
  createMigratedDatabase,
  type OwnServer,
  type ServiceProcess,
  spawnApp,
  startOwnPostgres,
  startOwnRedis,
  startServiceProcess,
  testEventLoopDelayMs,
} from '@fondasi/testing'
import { Client } from 'pg'

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** The timeout of waits that would otherwise never end. It is not a performance goal. */
export const hangMs = 60_000

/** The servers of one test file, which may kill them. */
export interface ProcessBackend {
  postgres: OwnServer
  redis: OwnServer
  /** What a process needs to find them. */
  env: Record<string, string>
  /** Runs SQL as the administrator of the service's database. */
  sql(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** The real service: `src/main.ts` as a child process. */
export type AuthProcess = ServiceProcess & {
  request(path: string, options?: RequestOptions): Promise<ProcessResponse>
}

interface RequestOptions {
  method?: string
  body?: object
  token?: string
  /** The client address that a trusted proxy reports. */
  from?: string
}

interface ProcessResponse {
  status: number
  headers: Headers
  body: ResponseBody
}

/** The fields of response bodies that tests read. Which ones exist depends on the route. */
interface ResponseBody {
  status: number | string
  accessToken: string
  refreshToken: string
  user: { id: string }
}

export async function startProcessBackend(): Promise<ProcessBackend> {
  const [postgres, redis] = await Promise.all([startOwnPostgres(), startOwnRedis()])
  const { runtimeUrl } = await createMigratedDatabase({
    adminUrl: postgres.url,
    name: 'auth',
    migrationsFolder,
  })
  const adminUrl = new URL(postgres.url)
  adminUrl.pathname = '/auth'
  return {
    postgres,
    redis,
    env: {
      NODE_ENV: 'test',
      DATABASE_URL: runtimeUrl,
      REDIS_URL: redis.url,
      AUTH_MASTER_KEY: Buffer.alloc(32, 7).toString('base64url'),
      TRUSTED_PROXIES: '127.0.0.1/32',
      // All requests come from one address, and tests poll. Tests of limits set their own.
      RATE_LIMIT_PER_MINUTE: '100000',
      REFRESHES_PER_IP_PER_MINUTE: '100000',
      MAIL_REQUESTS_PER_IP_PER_HOUR: '100000',
      MAX_EVENT_LOOP_DELAY_MS: String(testEventLoopDelayMs),
      // A busy machine delays the hashes of the process, which is not a reason to refuse its requests.
      HASH_CONCURRENCY: '4',
    },
    async sql(statement, values) {
      const client = new Client({ connectionString: adminUrl.href, application_name: 'test' })
      await client.connect()
      try {
        return (await client.query<Record<string, unknown>>(statement, values)).rows
      } finally {
        await client.end()
      }
    },
    async close() {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

/** Starts the program without waiting for anything. */
export const spawnAuth = (env: Record<string, string>) => spawnApp(entry, env)

/** Starts the service and waits until it listens. */
export async function startAuthProcess(
  backend: Pick<ProcessBackend, 'env'>,
  env: Record<string, string> = {},
): Promise<AuthProcess> {
  const service = await startServiceProcess(entry, { ...backend.env, ...env })
  return {
    ...service,
    async request(path, { method, body, token, from } = {}) {
      const response = await fetch(`${service.url}${path}`, {
        method: method ?? (body ? 'POST' : 'GET'),
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(from && { 'x-forwarded-for': from }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text && JSON.parse(text) }
    },
  }
}
