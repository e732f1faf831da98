import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'pg'
import type { HttpClient } from '../http-client.ts'
import { perSecond, repeat } from '../load.ts'
import { atLeast, type Row } from '../report.ts'
import { median, medianRatio } from '../statistics.ts'
import { type AuthBench, signInMany } from './auth-services.ts'
import { type BetterAuth, credentialsOf, places } from './peers.ts'

/** Each place uses its sessions in turn. */
const sessionsPerPlace = 2
/** As DATABASE_POOL_SIZE is by default. */
const databaseConnections = 10
/**
 * Not all of them: these few rows rotate so often that now and then a page is full of versions that a transaction may
 * still read. An index on a column that rotation writes would leave no HOT update at all.
 */
const hotShare = 0.99
/** An idle backend reports its statistics within ten seconds. */
const statisticsTimeoutMs = 15_000

/** The statement that the service sends for a refresh (apps/auth/src/features/sessions/repository.ts). */
const rotateSession = `
  update sessions
     set generation = generation + 1, previous_hash = current_hash, current_hash = $4, rotation_salt = $5,
         rotated_at = $6, idle_expires_at = $7, last_seen_at = $6, ip = $8, user_agent = $9
   where id = $1 and generation = $2 and current_hash = $3 and transport = 'body' and revoked_at is null
     and idle_expires_at > $6 and absolute_expires_at > $6
  returning *`

interface Rotations {
  rotate(place: number): Promise<void>
  done(): number
}

/**
 * What share of the rotations that the database can do remains when a refresh comes over HTTP, with three limits in
 * Redis, a read of the user and the signature of an access token?
 *
 * Fair, because both sides rotate the same number of rows of one table with the same statement, as many at once and
 * over as many connections to the database; the bare side leaves out everything else. The peer extends its sessions
 * over HTTP, as many at once: a read and an update of the session, without a new token.
 */
export async function measureRefreshThroughput(bench: AuthBench): Promise<Row[]> {
  const { service, effort } = bench
  const pool = new Pool({ connectionString: bench.databaseUrl, max: databaseConnections })
  bench.cleanups.push(() => pool.end())
  const http = await overHttp(service)
  const bare = await byBarePg(service, pool)
  const peer = await byBetterAuth(bench.peers.betterAuthUncached)
  const before = await updateCounts(pool)

  const measure = (side: Rotations) =>
    perSecond({ inFlight: places, durationMs: effort.sideMs, task: (place) => side.rotate(place) })
  const rounds = await repeat(effort, async () => ({
    http: await measure(http),
    bare: await measure(bare),
    peer: await measure(peer),
  }))

  const after = await updateCountsFrom(pool, before.all + http.done() + bare.done())
  const updates = after.all - before.all
  const hotUpdates = after.hot - before.hot
  const httpRate = median(rounds.map((round) => round.http))
  const bareRate = median(rounds.map((round) => round.bare))
  const peerRate = median(rounds.map((round) => round.peer))
  return [
    {
      name: 'HTTP refresh/s ÷ the same UPDATE by bare pg',
      value: medianRatio(
        rounds,
        (round) => round.http,
        (round) => round.bare,
      ),
      goal: atLeast(0.5),
      from: `${httpRate.toFixed(0)}/s ÷ ${bareRate.toFixed(0)}/s`,
    },
    {
      name: 'HTTP refresh/s ÷ better-auth',
      value: medianRatio(
        rounds,
        (round) => round.http,
        (round) => round.peer,
      ),
      from: `${httpRate.toFixed(0)}/s ÷ ${peerRate.toFixed(0)}/s`,
    },
    {
      name: 'rotations that were HOT updates',
      value: hotUpdates / updates,
      goal: atLeast(hotShare),
      from: `${hotUpdates} of ${updates}`,
    },
  ]
}

/** By clients of the service: each place holds the current tokens of its sessions. */
async function overHttp(service: HttpClient): Promise<Rotations> {
  const tokens = (await signInMany(service, places * sessionsPerPlace)).map((each) => each.refreshToken)
  const queues = inPlaces(tokens)
  let done = 0
  return {
    done: () => done,
    async rotate(place) {
      const queue = queues[place] ?? []
      const { body } = await service.post('/v1/refresh', { refreshToken: queue.shift() })
      queue.push(JSON.parse(body).refreshToken)
      done += 1
    },
  }
}

/** By the database alone: each place holds the rows of its sessions. */
async function byBarePg(service: HttpClient, pool: Pool): Promise<Rotations> {
  type Row = { id: string; generation: number; current_hash: Buffer; idle_expires_at: Date }
  const tokens = await signInMany(service, places * sessionsPerPlace)
  const ids = tokens.map(({ refreshToken }) => sessionIdOf(refreshToken))
  const { rows } = await pool.query<Row>('select * from sessions where id = any($1)', [ids])
  const queues = inPlaces(rows)
  let done = 0
  return {
    done: () => done,
    async rotate(place) {
      const queue = queues[place] ?? []
      const row = queue.shift()
      const result = await pool.query<Row>(rotateSession, [
        row?.id,
        row?.generation,
        row?.current_hash,
        randomBytes(32),
        randomBytes(16),
        new Date(),
        row?.idle_expires_at,
        '198.18.0.1',
        '',
      ])
      if (result.rows.length !== 1) throw new Error('the row was not rotated')
      queue.push(...result.rows)
      done += 1
    },
  }
}

/** By clients of better-auth: each place holds the cookies of its sessions. */
async function byBetterAuth(peer: BetterAuth): Promise<Rotations> {
  const cookies: Record<string, string>[] = []
  while (cookies.length < places * sessionsPerPlace) cookies.push(...(await credentialsOf(peer)))
  const queues = inPlaces(cookies)
  let done = 0
  return {
    done: () => done,
    async rotate(place) {
      const queue = queues[place] ?? []
      const cookie = queue.shift() ?? {}
      await peer.refresh(cookie)
      queue.push(cookie)
      done += 1
    },
  }
}

/** Gives each place the same number of items. */
function inPlaces<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: places }, (_, place) =>
    items.slice(place * sessionsPerPlace, (place + 1) * sessionsPerPlace),
  )
}

/** The first 16 bytes of a token are the id of its session, in clear text. */
function sessionIdOf(refreshToken: string): string {
  return Buffer.from(refreshToken.replace('rt_', ''), 'base64url').toString('hex', 0, 16)
}

async function updateCounts(pool: Pool): Promise<{ all: number; hot: number }> {
  const { rows } = await pool.query<{ all: string; hot: string }>(
    `select n_tup_upd as all, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'sessions'`,
  )
  return { all: Number(rows[0]?.all), hot: Number(rows[0]?.hot) }
}

/** Waits until the backends have reported this number of updates. */
async function updateCountsFrom(pool: Pool, expected: number): Promise<{ all: number; hot: number }> {
  const deadline = Date.now() + statisticsTimeoutMs
  for (;;) {
    const counts = await updateCounts(pool)
    if (counts.all >= expected) return counts
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL reported ${counts.all} updates, expected ${expected}`)
    await delay(100)
  }
}
