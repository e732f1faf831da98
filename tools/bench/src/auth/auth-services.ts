import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { freePort } from '@fondasi/embedded'
import { provisionDatabase } from '@fondasi/postgres'
import { Client } from 'pg'
import { type Cleanups, startDataStores } from '../data-stores.ts'
import { createHttpClient, type HttpClient } from '../http-client.ts'
import type { Effort } from '../load.ts'
import { runNode, serviceReady, startNode } from '../node-process.ts'
import { userCount, userEmail, userPassword } from './accounts.ts'
import { passwordHashes } from './password-hashes.ts'
import { type Contestant, type Peers, requireAccount, startPeers } from './peers.ts'

/** What every measurement gets. */
export interface AuthBench {
  effort: Effort
  /** The service under test, by a client with enough connections for the most requests that are in flight at once. */
  service: HttpClient
  /** Starts another process of the service on the same data, with other settings. It runs until the bench ends. */
  startService: (settings?: Record<string, string>) => Promise<HttpClient>
  peers: Peers
  /** Logs in with the role of the service. */
  databaseUrl: string
  redisUrl: string
  servers: string[]
  cleanups: Cleanups
}

export interface Tokens {
  accessToken: string
  refreshToken: string
}

/** Accounts whose sessions are held while a measurement runs: nothing else signs in to them. */
const sessionHolders = { first: 32, count: 64 }
const connections = 256
const auth = (file: string) => fileURLToPath(new URL(`../../../../apps/auth/src/${file}`, import.meta.url))

/** Starts PostgreSQL, Redis, the service as in production (but with higher limits) and its peers. */
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
      // Required in production. Nothing listens there, and the bench causes no mail.
      SMTP_URL: 'smtp://127.0.0.1:9',
      PORT: String(port),
      ADMIN_PORT: '0',
      DATABASE_URL: runtimeUrl,
      REDIS_URL: redis.url,
      AUTH_MASTER_KEY: masterKey,
      // The bench acts as the proxy in front of many clients. LOGIN_FAILURES_PER_ACCOUNT keeps its default.
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
    peers: await startPeers(postgres.url, cleanups),
    databaseUrl: runtimeUrl,
    redisUrl: redis.url,
    servers: [postgres.source, redis.source],
    cleanups,
  }
}

/** Signs a user in. @throws Error unless the response is 200 */
export async function signIn(service: HttpClient, email: string): Promise<Tokens> {
  const { body } = await service.post('/v1/login', { email, password: userPassword })
  return JSON.parse(body)
}

/** Makes up to 64 sessions, one after the other: at once, the service would refuse some of the logins. */
export async function signInMany(service: HttpClient, count: number): Promise<Tokens[]> {
  if (count > sessionHolders.count)
    throw new RangeError(`only ${sessionHolders.count} accounts hold sessions`)
  const tokens: Tokens[] = []
  while (tokens.length < count) {
    tokens.push(await signIn(service, userEmail(sessionHolders.first + tokens.length)))
  }
  return tokens
}

/** The service, to be measured beside its peers. */
export function serviceContestant(service: HttpClient): Contestant {
  return {
    name: 'the service',
    hash: 'argon2id',
    // Its default: HASH_CONCURRENCY=0.
    hashesAtOnce: Math.max(1, availableParallelism() - 1),
    refusesOverload: true,
    login: (place) =>
      service.send({
        method: 'POST',
        path: '/v1/login',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: userEmail(place), password: userPassword }),
      }),
    credentials: ({ body }) => ({ authorization: `Bearer ${JSON.parse(body).accessToken}` }),
    async whoAmI(headers) {
      requireAccount('GET /v1/me', await service.send({ path: '/v1/me', headers }))
    },
  }
}

/** One hash for all accounts, because each would take as long as a login. */
async function createUsers(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `insert into users (email, name, password_hash, password_changed_at, created_at)
     select 'user' || i || '@example.com', 'User', $1, now(), now() from generate_series(0, $2::int - 1) i`,
    [await passwordHashes.argon2id.hash(userPassword), userCount],
  )
  await client.end()
}

/** 32 bytes in base64url. */
function newSecret(): string {
  return randomBytes(32).toString('base64url')
}
