import { during, forContrast, pacedLatencies, repeat } from '../load.ts'
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
 * Fair, because the same probe asks the same process, idle and busy in turns.
 */
export async function measureLatencyUnderLogins({ service, effort }: AuthBench): Promise<Row[]> {
  const target = await targetOf(serviceContestant(service), effort.sideMs)
  const rounds = await repeat(effort, async () => ({ idle: await target.idle(), busy: await target.busy() }))
  return [
    rowOf(rounds, 'idle', 'p50', ['busy', 'idle'], atMost(3)),
    rowOf(rounds, 'idle', 'p99', ['busy', 'idle'], atMost(10)),
  ]
}

/**
 * The same logins and probes for contrast: at a process of the service without its cap on hashing
 * (HASH_CONCURRENCY=32), and at the peers, which have none.
 */
export async function measureLatencyWithoutCap(bench: AuthBench): Promise<Row[]> {
  const { peers } = bench
  const { sideMs } = bench.effort
  const capped = await targetOf(serviceContestant(bench.service), sideMs)
  const uncapped = await targetOf(
    serviceContestant(await bench.startService({ HASH_CONCURRENCY: String(places) })),
    sideMs,
  )
  const betterAuth = await targetOf(peers.betterAuth, sideMs)
  const expressKit = await targetOf(peers.expressKit, sideMs)
  const rounds = await repeat(forContrast(bench.effort), async () => ({
    capped: await capped.busy(),
    idle: await uncapped.idle(),
    busy: await uncapped.busy(),
    betterAuth: await betterAuth.busy(),
    expressKit: await expressKit.busy(),
  }))
  return [
    rowOf(rounds, 'idle without the cap on hashing', 'p50', ['busy', 'idle']),
    rowOf(rounds, 'idle without the cap on hashing', 'p99', ['busy', 'idle']),
    rowOf(rounds, `the session check of ${peers.betterAuth.name} during as many`, 'p99', [
      'capped',
      'betterAuth',
    ]),
    rowOf(rounds, `GET /me of ${peers.expressKit.name} during as many`, 'p99', ['capped', 'expressKit']),
  ]
}

function rowOf<Side extends string>(
  rounds: readonly Record<Side, Percentiles>[],
  name: string,
  percent: keyof Percentiles,
  [over, under]: readonly [Side, Side],
  goal?: Goal,
): Row {
  const numerator = (round: Record<Side, Percentiles>) => round[over][percent]
  const denominator = (round: Record<Side, Percentiles>) => round[under][percent]
  return {
    name: `GET /v1/me during ${places} logins ÷ ${name}, ${percent}`,
    value: medianRatio(rounds, numerator, denominator),
    ...(goal && { goal }),
    from: `${median(rounds.map(numerator)).toFixed(2)} ms ÷ ${median(rounds.map(denominator)).toFixed(2)} ms`,
  }
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
    // On a slow machine 32 logins are more work than the service lets wait.
    const isRefusal = status === 503 && contestant.refusesOverload
    if (status !== 200 && !isRefusal)
      throw new Error(`a login at ${contestant.name} returned ${status}: ${body.slice(0, 300)}`)
  }
  return { idle: probe, busy: () => during({ inFlight: places, task }, probe) }
}
