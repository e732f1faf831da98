import { measureAccountTiming } from './auth/account-timing.ts'
import { startAuthBench } from './auth/auth-services.ts'
import { measureGuessRace } from './auth/guess-race.ts'
import { measureHostileInput } from './auth/hostile-input.ts'
import { measureLatencyUnderLogins } from './auth/latency-under-logins.ts'
import { measureLoginThroughput } from './auth/login-throughput.ts'
import { measureRefreshRace } from './auth/refresh-race.ts'
import { measureRefreshThroughput } from './auth/refresh-throughput.ts'
import { measureVerifiedRoute } from './auth/verified-route.ts'
import type { Cleanups } from './data-stores.ts'
import type { Effort } from './load.ts'
import { describeMachine, type Row } from './report.ts'

const measurements = [
  ['logins per second', measureLoginThroughput],
  ['latency while others sign in', measureLatencyUnderLogins],
  ['cost of the token check', measureVerifiedRoute],
  ['refreshes per second', measureRefreshThroughput],
  ['parallel refreshes', measureRefreshRace],
  ['parallel guesses', measureGuessRace],
  ['hostile tokens and bodies', measureHostileInput],
  ['timing of failed logins', measureAccountTiming],
] as const

/**
 * The auth service's promises in figures. All of them are counts, or ratios of two things measured by turns on this
 * machine, so that they can be compared with another machine's.
 *
 * The load generator is this process, the service and the databases are others. With few cores it takes from them
 * what it uses, on both sides of each ratio alike.
 */
export async function benchAuth(
  effort: Effort,
  cleanups: Cleanups,
  say: (line: string) => void,
): Promise<{ rows: Row[]; machine: string }> {
  const machine = describeMachine()
  say('Starting PostgreSQL, Redis and the service')
  const bench = await startAuthBench(effort, cleanups)
  const rows: Row[] = []
  for (const [what, measure] of measurements) {
    say(`Measuring ${what}`)
    rows.push(...(await measure(bench)))
  }
  return { rows, machine: [machine, ...bench.servers].join(', ') }
}
