import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { freePort } from '@fondasi/embedded'
import { provisionDatabase } from '@fondasi/postgres'
import { hash } from '@node-rs/argon2'
import { Client } from 'pg'
import { type Cleanups, startDataStores } from '../data-stores.ts'
import { createHttpClient, type HttpClient } from '../http-client.ts'
import type { Effort } from '../load.ts'
import { runNode, serviceReady, startNode } from '../node-process.ts'

/** What every measurement gets. */
export interface AuthBench {
  effort: Effort
  /** The service under test, and a client with a connection for each of the most requests in flight. */
  service: HttpClient
  /** Starts one more process of the service on the same data, with other settings; it ends with the bench. */
  startService: (settings?: Record<string, string>) => Promise<HttpClient>
  /** As the role that the service has. */
  databaseUrl: string
  redisUrl: string
  servers: string[]
  cleanups: Cleanups
}

export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** argon2id as the service does it by default (OWASP's floor). */
export const argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
export const userPassword = 'seven blue herons wait'
/** All measurements together use fewer. */
const users = 400
export const userEmail = (index: number) => `user${index % users}@example.com`

const connections = 256
const auth = (file: string) => fileURLToPath(new URL(`../../../../apps/auth/src/${file}`, import.meta.url))

/** Starts PostgreSQL, Redis and the service, as in production but for limits that are set high. */
export async function startAuthBench(effort: Effort, cleanups: Cleanups): Promise<AuthBench> {
  const { postgres, redis } = await startDataStores(cleanups)
  const { migratorUrl, runtimeUrl, ownerRole } = await provisionDatabase({
    adminUrl: postgres.url,
    name: 'auth',
    passwords: { migrator: newSecret(), runtime: newSecret() },
  })
  await runNode(auth('migrate.ts'), { DATABASE_MIGRATOR_URL: migratorUrl, DATABASE_OWNER_ROLE: ownerRole })
  await createUsers(runtimeUrl)

  const masterKey = newSecret()
  const startService = async (settings: Record<string, string> = {}) => {
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const child = await startNode(auth('main.ts'), {
      NODE_ENV: 'production',
      COOKIE_SECURE: 'true',
      // Needed in production; nobody listens there and the bench causes no mail.
      SMTP_URL: 'smtp://127.0.0.1:9',
      PORT: String(port),
      ADMIN_PORT: '0',
      DATABASE_URL: runtimeUrl,
      REDIS_URL: redis.url,
      AUTH_MASTER_KEY: masterKey,
      // The bench plays the proxy in front of many clients. LOGIN_FAILURES_PER_ACCOUNT keeps its default.
      TRUSTED_PROXIES: '127.0.0.1/32',
      RATE_LIMIT_PER_MINUTE: '1000000',
      REFRESHES_PER_SESSION_PER_MINUTE: '1000000',
      ...settings,
    })
    cleanups.push(() => child.stop())
    await serviceReady(child, origin)
    const client = createHttpClient(origin, connections)
    cleanups.push(() => client.close())
    return client
  }
  return {
    effort,
    service: await startService(),
    startService,
    databaseUrl: runtimeUrl,
    redisUrl: redis.url,
    servers: [postgres.source, redis.source],
    cleanups,
  }
}

/** Signs a user in. @throws Error unless the answer is 200 */
export async function signIn(service: HttpClient, email: string): Promise<Tokens> {
  const { body } = await service.post('/v1/login', { email, password: userPassword })
  return JSON.parse(body)
}

/** Signs so many users in, one after the other: at once some would be turned away. */
export async function signInMany(service: HttpClient, count: number): Promise<Tokens[]> {
  const tokens: Tokens[] = []
  while (tokens.length < count) tokens.push(await signIn(service, userEmail(tokens.length)))
  return tokens
}

/** One hash for all: making it costs what a login costs. */
async function createUsers(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into users (email, name, password_hash, password_changed_at, created_at)
     select 'user' || i || '@example.com', 'User', $1, now(), now() from generate_series(0, $2::int - 1) i`,
    [await hash(userPassword, argon2Parameters), users],
  )
  await client.end()
}

/** 32 bytes in base64url. */
function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
