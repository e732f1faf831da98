import { measureAccountTiming } from './auth/account-timing.ts'
import { startAuthBench } from './auth/auth-services.ts'
import { measureGuessRace } from './auth/guess-race.ts'
import { measureHostileInput } from './auth/hostile-input.ts'
import { measureLatencyUnderLogins, measureLatencyWithoutCap } from './auth/latency-under-logins.ts'
import { measureLoginThroughput, measurePeerLoginThroughput } from './auth/login-throughput.ts'
import { measureRefreshRace } from './auth/refresh-race.ts'
import { measureRefreshThroughput } from './auth/refresh-throughput.ts'
import { measureVerifiedRequests } from './auth/verified-requests.ts'
import { measureVerifiedRoute } from './auth/verified-route.ts'
import { type BenchRun, measureParts } from './run-bench.ts'

const parts = [
  ['logins per second', measureLoginThroughput],
  ['logins per second of the peers', measurePeerLoginThroughput],
  ['latency during logins', measureLatencyUnderLogins],
  ['latency during logins without a cap', measureLatencyWithoutCap],
  ['cost of the token check', measureVerifiedRoute],
  ['verified requests per second', measureVerifiedRequests],
  ['refreshes per second', measureRefreshThroughput],
  ['parallel refreshes', measureRefreshRace],
  ['parallel guesses', measureGuessRace],
  ['hostile tokens and bodies', measureHostileInput],
  ['timing of failed logins', measureAccountTiming],
] as const

/**
 * The performance goals of the auth service, compared with two peers (auth/peers.ts). Every figure with a goal is a count,
 * or a ratio of two things measured in turns on this machine, so that results of different machines can be compared.
 *
 * This process generates the load; the service, the peers and the databases are other processes. On a machine with
 * few cores the generator takes processor time from them, on both sides of each ratio alike.
 */
export async function benchAuth(run: BenchRun): Promise<void> {
  run.say('Starting PostgreSQL, Redis, the service and its peers')
  const bench = await startAuthBench(run.effort, run.cleanups)
  run.servers.push(...bench.servers)
  await measureParts(parts, bench, run)
}
