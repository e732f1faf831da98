import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { perSecond, repeat } from '../load.ts'
import { runNode } from '../node-process.ts'
import { atLeast, type Row } from '../report.ts'
import { median, medianRatio } from '../statistics.ts'
import { type AuthBench, signIn, userEmail } from './auth-services.ts'

/** Enough that a hash always waits for the permit, few enough that nobody is turned away. */
const inFlight = 8

const ceilingProcess = fileURLToPath(new URL('./argon2-ceiling-process.ts', import.meta.url))

/**
 * How much of the machine's hashing do logins get? All else that a login does (throttle, queries, signature) should
 * happen beside the hashing of others, not instead of it.
 *
 * Fair, because the ceiling is a bare Node process that verifies the same hash with as many permits as the service
 * has, and nothing else: no login server on this machine could be faster.
 */
export async function measureLoginThroughput({ service, effort }: AuthBench): Promise<Row[]> {
  // The service's own default: HASH_CONCURRENCY=0.
  const permits = Math.max(1, availableParallelism() - 1)
  const rounds = await repeat(effort, async () => ({
    logins: await perSecond({
      inFlight,
      durationMs: effort.sideMs,
      task: (place) => signIn(service, userEmail(place)),
    }),
    ceiling: Number(
      await runNode(ceilingProcess, { PERMITS: String(permits), DURATION_MS: String(effort.sideMs) }),
    ),
  }))
  const logins = median(rounds.map((round) => round.logins))
  const ceiling = median(rounds.map((round) => round.ceiling))
  return [
    {
      name: 'login/s ÷ raw argon2 ceiling',
      value: medianRatio(
        rounds,
        (round) => round.logins,
        (round) => round.ceiling,
      ),
      goal: atLeast(0.9),
      from: `${logins.toFixed(1)}/s ÷ ${ceiling.toFixed(1)}/s`,
    },
  ]
}
