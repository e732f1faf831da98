import { fileURLToPath } from 'node:url'
import { perSecond, repeat } from '../load.ts'
import { runNode } from '../node-process.ts'
import { atLeast, type Row } from '../report.ts'
import { median, medianRatio } from '../statistics.ts'
import { type AuthBench, serviceContestant } from './auth-services.ts'
import { type Contestant, places, requireLogin } from './peers.ts'

/** Logins in flight for each hash at once: enough that one always waits, few enough that the service refuses none. */
const loginsPerHash = 4

const ceilingProcess = fileURLToPath(new URL('./hash-ceiling-process.ts', import.meta.url))

/**
 * How much of the machine's hashing reaches the logins? Everything else that a login needs (throttle, queries,
 * signature) should happen while other passwords are hashed, not instead of it.
 *
 * Fair, because the ceiling is a bare Node process that verifies the same hash, as many at once as the contestant
 * does, and nothing else: no login server on this machine could be faster. Each contestant has its own ceiling, since
 * argon2id, scrypt and bcrypt with their usual parameters cost different amounts of time.
 */
export async function measureLoginThroughput({ service, peers, effort }: AuthBench): Promise<Row[]> {
  const contestants = [serviceContestant(service), peers.betterAuth, peers.expressKit]
  const measure = async (contestant: Contestant) => ({
    logins: await perSecond({
      inFlight: Math.min(places, loginsPerHash * contestant.hashesAtOnce),
      durationMs: effort.sideMs,
      task: (place) => requireLogin(contestant, place),
    }),
    ceiling: Number(
      await runNode(ceilingProcess, {
        HASH: contestant.hash,
        IN_FLIGHT: String(contestant.hashesAtOnce),
        DURATION_MS: String(effort.sideMs),
      }),
    ),
  })
  const rounds = await repeat(effort, async () => {
    const round = new Map<Contestant, Awaited<ReturnType<typeof measure>>>()
    for (const contestant of contestants) round.set(contestant, await measure(contestant))
    return round
  })
  return contestants.map((contestant, index) => {
    const sides = rounds.flatMap((round) => round.get(contestant) ?? [])
    const logins = median(sides.map((side) => side.logins))
    const ceiling = median(sides.map((side) => side.ceiling))
    return {
      name: `${index === 0 ? '' : `${contestant.name}: `}login/s ÷ raw ${contestant.hash} ceiling`,
      value: medianRatio(
        sides,
        (side) => side.logins,
        (side) => side.ceiling,
      ),
      ...(index === 0 && { goal: atLeast(0.9) }),
      from: `${logins.toFixed(1)}/s ÷ ${ceiling.toFixed(1)}/s`,
    }
  })
}
