import { fileURLToPath } from 'node:url'
import { forContrast, perSecond, repeat } from '../load.ts'
import { runNode } from '../node-process.ts'
import { atLeast, type Row } from '../report.ts'
import { median, medianRatio } from '../statistics.ts'
import { type AuthBench, serviceContestant } from './auth-services.ts'
import { type Contestant, places, requireLogin } from './peers.ts'

/** Logins in flight: enough that one always waits for its hash, few enough that the service refuses none. */
const loginsInFlight = (hashesAtOnce: number) => Math.min(places, Math.max(4, 2 * hashesAtOnce))
/**
 * Longer than the slowest login takes. One of better-auth takes two seconds here: it signs its cookie in the same four
 * threads that compute the hashes, so it waits in that queue twice.
 */
const peerLoginsMs = 4_000
/** Enough for a dozen of the slowest hashes. */
const peerCeilingMs = 2_000

const ceilingProcess = fileURLToPath(new URL('./hash-ceiling-process.ts', import.meta.url))

/**
 * How much of the machine's hashing reaches the logins? Everything else that a login needs (throttle, queries,
 * signature) should happen while other passwords are hashed, not instead of it.
 *
 * Fair, because the ceiling is a bare Node process that verifies the same hash, as many at once as the contestant
 * does, and nothing else: no login server on this machine could be faster.
 */
export async function measureLoginThroughput({ service, effort }: AuthBench): Promise<Row[]> {
  const contestant = serviceContestant(service)
  const rounds = await repeat(effort, () => besideCeiling(contestant, effort.sideMs, effort.sideMs))
  return [{ ...rowOf(`login/s ÷ raw ${contestant.hash} ceiling`, rounds), goal: atLeast(0.9) }]
}

/**
 * The same for the peers. Each has its own ceiling, since argon2id, scrypt and bcrypt with their usual parameters cost
 * different amounts of time.
 */
export async function measurePeerLoginThroughput({ peers, effort }: AuthBench): Promise<Row[]> {
  const rows: Row[] = []
  for (const peer of [peers.betterAuth, peers.expressKit]) {
    const rounds = await repeat(forContrast(effort), () => besideCeiling(peer, peerLoginsMs, peerCeilingMs))
    rows.push(rowOf(`${peer.name}: login/s ÷ raw ${peer.hash} ceiling`, rounds))
  }
  return rows
}

interface Round {
  logins: number
  ceiling: number
}

async function besideCeiling(contestant: Contestant, loginsMs: number, ceilingMs: number): Promise<Round> {
  return {
    logins: await perSecond({
      inFlight: loginsInFlight(contestant.hashesAtOnce),
      durationMs: loginsMs,
      task: (place) => requireLogin(contestant, place),
    }),
    ceiling: Number(
      await runNode(ceilingProcess, {
        HASH: contestant.hash,
        IN_FLIGHT: String(contestant.hashesAtOnce),
        DURATION_MS: String(ceilingMs),
      }),
    ),
  }
}

function rowOf(name: string, rounds: Round[]): Row {
  const logins = (round: Round) => round.logins
  const ceiling = (round: Round) => round.ceiling
  return {
    name,
    value: medianRatio(rounds, logins, ceiling),
    from: `${median(rounds.map(logins)).toFixed(1)}/s ÷ ${median(rounds.map(ceiling)).toFixed(1)}/s`,
  }
}
