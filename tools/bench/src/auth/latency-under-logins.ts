import { during, pacedLatencies, repeat } from '../load.ts'
import { atMost, type Goal, type Row } from '../report.ts'
import { median, medianRatio, percentile } from '../statistics.ts'
import { type AuthBench, serviceContestant } from './auth-services.ts'
import { type Contestant, places, requireLogin } from './peers.ts'

/** An account that no login during the measurement signs in to. */
const probePlace = places
/** Rare enough that the probe adds no load. */
const probeEveryMs = 20

type Percentiles = { p50: number; p99: number }

/**
 * Do logins slow down everybody else? Latency of `GET /v1/me` (one token check, one query) during 32 logins in flight,
 * against its latency when the service has nothing else to do.
 *
 * Fair, because the same probe asks the same process, idle and busy in turns. Three others get the same logins for
 * contrast: a process of the service without its cap on hashing (HASH_CONCURRENCY=32), and the peers, which have none.
 */
export async function measureLatencyUnderLogins(bench: AuthBench): Promise<Row[]> {
  const { effort, peers } = bench
  const uncapped = await bench.startService({ HASH_CONCURRENCY: String(places) })
  const targets = {
    service: await targetOf(serviceContestant(bench.service), effort.sideMs),
    uncapped: await targetOf(serviceContestant(uncapped), effort.sideMs),
    betterAuth: await targetOf(peers.betterAuth, effort.sideMs),
    expressKit: await targetOf(peers.expressKit, effort.sideMs),
  }
  const rounds = await repeat(effort, async () => ({
    idle: await targets.service.idle(),
    busy: await targets.service.busy(),
    idleUncapped: await targets.uncapped.idle(),
    busyUncapped: await targets.uncapped.busy(),
    betterAuth: await targets.betterAuth.busy(),
    expressKit: await targets.expressKit.busy(),
  }))

  const row = (
    name: string,
    percent: keyof Percentiles,
    [over, under]: readonly [keyof (typeof rounds)[number], keyof (typeof rounds)[number]],
    goal?: Goal,
  ): Row => {
    const numerator = (round: (typeof rounds)[number]) => round[over][percent]
    const denominator = (round: (typeof rounds)[number]) => round[under][percent]
    return {
      name: `GET /v1/me during ${places} logins ÷ ${name}, ${percent}`,
      value: medianRatio(rounds, numerator, denominator),
      ...(goal && { goal }),
      from: `${median(rounds.map(numerator)).toFixed(2)} ms ÷ ${median(rounds.map(denominator)).toFixed(2)} ms`,
    }
  }
  return [
    row('idle', 'p50', ['busy', 'idle'], atMost(3)),
    row('idle', 'p99', ['busy', 'idle'], atMost(10)),
    row('idle without the cap on hashing', 'p50', ['busyUncapped', 'idleUncapped']),
    row('idle without the cap on hashing', 'p99', ['busyUncapped', 'idleUncapped']),
    row(`the session check of ${peers.betterAuth.name} during as many`, 'p99', ['busy', 'betterAuth']),
    row(`GET /me of ${peers.expressKit.name} during as many`, 'p99', ['busy', 'expressKit']),
  ]
}

async function targetOf(contestant: Contestant, durationMs: number) {
  const credentials = contestant.credentials(await requireLogin(contestant, probePlace))
  const probe = async (): Promise<Percentiles> => {
    const latencies = await pacedLatencies({
      everyMs: probeEveryMs,
      durationMs,
      task: () => contestant.whoAmI(credentials),
    })
    return { p50: percentile(latencies, 50), p99: percentile(latencies, 99) }
  }
  const task = async (place: number) => {
    const { status, body } = await contestant.login(place)
    // The service may refuse a login: on a slow machine 32 of them are more than two seconds of work.
    if (status !== 200 && status !== 503) throw new Error(`a login returned ${status}: ${body.slice(0, 300)}`)
  }
  return { idle: probe, busy: () => during({ inFlight: places, task }, probe) }
}
