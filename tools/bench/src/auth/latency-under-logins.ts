import type { HttpClient } from '../http-client.ts'
import { during, pacedLatencies, repeat } from '../load.ts'
import { atMost, type Goal, type Row } from '../report.ts'
import { median, medianRatio, percentile } from '../statistics.ts'
import { type AuthBench, signIn, userEmail, userPassword } from './auth-services.ts'

const loginsInFlight = 32
/** Rare enough to be no load of its own. */
const probeEveryMs = 20

/**
 * Do logins slow down everybody else? Latency of `GET /v1/me` (one token check, one query) while 32 logins are in
 * flight, against its latency when the service has nothing else to do.
 *
 * Fair, because the same probe asks the same process, idle and busy by turns. For contrast a second process whose
 * cap on hashing is taken off (HASH_CONCURRENCY=32) takes the same logins.
 */
export async function measureLatencyUnderLogins(bench: AuthBench): Promise<Row[]> {
  const { service, effort } = bench
  const uncapped = await bench.startService({ HASH_CONCURRENCY: String(loginsInFlight) })
  const { accessToken } = await signIn(service, userEmail(0))

  const probe = (target: HttpClient) =>
    pacedLatencies({
      everyMs: probeEveryMs,
      durationMs: effort.sideMs,
      task: () => target.send({ path: '/v1/me', headers: { authorization: `Bearer ${accessToken}` } }),
    })
  const busy = (target: HttpClient) => {
    // Turned away is an answer too: on a slow machine 32 logins are more than two seconds' worth.
    const task = (place: number) =>
      target.post('/v1/login', { email: userEmail(place), password: userPassword }, [200, 503])
    return during({ inFlight: loginsInFlight, task }, () => probe(target))
  }

  const rounds = await repeat(effort, async () => ({
    idle: await probe(service),
    busy: await busy(service),
    idleUncapped: await probe(uncapped),
    busyUncapped: await busy(uncapped),
  }))

  const row = (percent: number, goal: Goal, capped: boolean): Row => {
    const idle = (round: (typeof rounds)[number]) =>
      percentile(capped ? round.idle : round.idleUncapped, percent)
    const loaded = (round: (typeof rounds)[number]) =>
      percentile(capped ? round.busy : round.busyUncapped, percent)
    return {
      name: `GET /v1/me during 32 logins ÷ idle, p${percent}${capped ? '' : ', hashing uncapped'}`,
      value: medianRatio(rounds, loaded, idle),
      ...(capped && { goal }),
      from: `${median(rounds.map(loaded)).toFixed(2)} ms ÷ ${median(rounds.map(idle)).toFixed(2)} ms`,
    }
  }
  return [true, false].flatMap((capped) => [row(50, atMost(3), capped), row(99, atMost(10), capped)])
}
