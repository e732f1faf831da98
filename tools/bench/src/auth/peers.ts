import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { freePort } from '@fondasi/embedded'
import { Client } from 'pg'
import type { Cleanups } from '../data-stores.ts'
import { type Answer, createHttpClient, type HttpClient } from '../http-client.ts'
import { serviceReady, startNode } from '../node-process.ts'
import { userEmail, userPassword } from './accounts.ts'
import type { HashName } from './password-hashes.ts'

/** What people use instead of the service. Each runs in a process of its own, on a database of the same PostgreSQL. */
export interface Peers {
  /** With its cookie cache, as its performance guide recommends: a revoked session lives for up to five minutes. */
  betterAuth: BetterAuth
  /** With sessions that are checked in the database, so that a revoked one ends at once, as in the service. */
  betterAuthUncached: BetterAuth
  expressKit: Peer
}

/** Something that people sign in to: the service or a peer. */
export interface Contestant {
  name: string
  hash: HashName
  /** Hashes that it computes at once. */
  hashesAtOnce: number
  /** Whether it refuses a login (503) that would have to wait for too long. */
  refusesOverload: boolean
  /** Signs in to the account of a place, and returns the response whatever it is. */
  login(place: number): Promise<Answer>
  /** The headers by which the account that got this response proves itself. */
  credentials(login: Answer): Record<string, string>
  /** Asks who the account is: one check of the credentials. @throws Error unless the response names the account */
  whoAmI(credentials: Record<string, string>): Promise<void>
}

interface Peer extends Contestant {
  /** Makes the account of a place. */
  register(place: number): Promise<void>
}

export interface BetterAuth extends Peer {
  /** Extends the session: its counterpart of a refresh token that is rotated. */
  refresh(credentials: Record<string, string>): Promise<void>
}

const betterAuthProcess = fileURLToPath(new URL('./better-auth-process.ts', import.meta.url))
const expressKitProcess = fileURLToPath(new URL('./express-kit-process.ts', import.meta.url))

/** Logins in flight, at most. Each place has an account of its own, and there is one more. */
export const places = 32
/** A peer has no cap of its own: its hashes fill the libuv pool, which has four threads by default. */
const libuvThreads = 4
/** Enough for the logins and for probes that wait for a slow peer. */
const connections = 256

/** Starts the peers and registers the accounts. */
export async function startPeers(adminUrl: string, cleanups: Cleanups): Promise<Peers> {
  const sharedDatabase = await createDatabase(adminUrl, 'better_auth')
  const betterAuth = await startBetterAuth('better-auth', sharedDatabase, 'cached', cleanups)
  await registerAll(betterAuth)
  const betterAuthUncached = await startBetterAuth(
    'better-auth without its cookie cache',
    sharedDatabase,
    'uncached',
    cleanups,
  )
  const expressKit = await startExpressKit(await createDatabase(adminUrl, 'express_kit'), cleanups)
  await registerAll(expressKit)
  return { betterAuth, betterAuthUncached, expressKit }
}

/** Few enough that the service refuses none. */
const loginsAtOnce = 4

/** Signs in to the account of each place. */
export async function credentialsOf(contestant: Contestant): Promise<Record<string, string>[]> {
  const credentials: Record<string, string>[] = []
  while (credentials.length < places) {
    const next = Array.from({ length: loginsAtOnce }, (_, index) => credentials.length + index)
    const logins = await Promise.all(next.map((place) => requireLogin(contestant, place)))
    credentials.push(...logins.map((login) => contestant.credentials(login)))
  }
  return credentials
}

/** @throws Error unless the login succeeds */
export async function requireLogin(contestant: Contestant, place: number): Promise<Answer> {
  const answer = await contestant.login(place)
  if (answer.status !== 200) throw new Error(failure(`a login at ${contestant.name}`, answer))
  return answer
}

/** @throws Error unless the response names an account */
export function requireAccount(what: string, answer: Answer): void {
  if (answer.status !== 200 || !answer.body.includes('@example.com')) throw new Error(failure(what, answer))
}

async function startBetterAuth(
  name: string,
  databaseUrl: string,
  sessions: 'cached' | 'uncached',
  cleanups: Cleanups,
): Promise<BetterAuth> {
  const { client, origin } = await startPeer(betterAuthProcess, cleanups, {
    DATABASE_URL: databaseUrl,
    SESSIONS: sessions,
  })
  return {
    name,
    hash: 'scrypt',
    hashesAtOnce: libuvThreads,
    refusesOverload: false,
    async register(place) {
      await client.post('/api/auth/sign-up/email', { ...accountOf(place), name: 'User' })
    },
    login: (place) => post(client, '/api/auth/sign-in/email', accountOf(place)),
    credentials: ({ cookies }) => ({
      cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; '),
      origin,
    }),
    async whoAmI(headers) {
      requireAccount(`a session check by ${name}`, await client.send({ path: '/api/me', headers }))
    },
    async refresh(headers) {
      const answer = await client.send({ method: 'POST', path: '/api/auth/get-session', headers })
      requireAccount(`a session refresh by ${name}`, answer)
      if (answer.cookies.length === 0) throw new Error(`${name} did not extend the session`)
    },
  }
}

async function startExpressKit(databaseUrl: string, cleanups: Cleanups): Promise<Peer> {
  const name = 'express + jsonwebtoken + bcrypt'
  const { client } = await startPeer(expressKitProcess, cleanups, { DATABASE_URL: databaseUrl })
  return {
    name,
    hash: 'bcrypt',
    hashesAtOnce: libuvThreads,
    refusesOverload: false,
    async register(place) {
      await client.post('/register', { ...accountOf(place), name: 'User' }, [201])
    },
    login: (place) => post(client, '/login', accountOf(place)),
    credentials: ({ body }) => ({ authorization: `Bearer ${JSON.parse(body).token}` }),
    async whoAmI(headers) {
      requireAccount(`GET /me of ${name}`, await client.send({ path: '/me', headers }))
    },
  }
}

async function startPeer(
  script: string,
  cleanups: Cleanups,
  env: Record<string, string>,
): Promise<{ client: HttpClient; origin: string }> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const child = await startNode(script, {
    ...env,
    NODE_ENV: 'production',
    PORT: String(port),
    SECRET: randomBytes(32).toString('base64url'),
  })
  cleanups.push(() => child.stop())
  await serviceReady(child, origin)
  const client = createHttpClient(origin, connections)
  cleanups.push(() => client.close())
  return { client, origin }
}

async function createDatabase(adminUrl: string, name: string): Promise<string> {
  const admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await admin.query(`create database ${name}`)
  } finally {
    await admin.end()
  }
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}

async function registerAll(peer: Peer): Promise<void> {
  await Promise.all(Array.from({ length: places + 1 }, (_, place) => peer.register(place)))
}

function accountOf(place: number): { email: string; password: string } {
  return { email: userEmail(place), password: userPassword }
}

function post(client: HttpClient, path: string, body: object): Promise<Answer> {
  return client.send({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

function failure(what: string, { status, body }: Answer): string {
  return `${what} returned ${status}: ${body.slice(0, 300)}`
}
