import { forContrast, perSecond, repeat } from '../load.ts'
import type { Row } from '../report.ts'
import { median, medianRatio } from '../statistics.ts'
import { type AuthBench, serviceContestant } from './auth-services.ts'
import { type Contestant, credentialsOf, places } from './peers.ts'

/**
 * Requests per second of the route that says who the caller is, beside the peers'. Each route checks the credentials
 * and returns the account. The service, better-auth without its cookie cache and the express kit read the account from
 * PostgreSQL; better-auth with its cookie cache reads it from the cookie.
 *
 * Fair, because every place sends the credentials of an account of its own repeatedly, as a client does. Not
 * alike: only the service and better-auth without its cookie cache notice a revoked session at once.
 */
export async function measureVerifiedRequests({ service, peers, effort }: AuthBench): Promise<Row[]> {
  const ours = await withCredentials(serviceContestant(service))
  const others = [
    await withCredentials(peers.betterAuthUncached),
    await withCredentials(peers.betterAuth),
    await withCredentials(peers.expressKit),
  ]
  const measure = ({ contestant, credentials }: typeof ours) =>
    perSecond({
      inFlight: places,
      // Thousands of requests are enough: half a side.
      durationMs: effort.sideMs / 2,
      task: (place) => contestant.whoAmI(credentials[place] ?? {}),
    })
  const rounds = await repeat(forContrast(effort), async () => {
    const own = await measure(ours)
    const peers: number[] = []
    for (const other of others) peers.push(await measure(other))
    return { own, peers }
  })
  const own = median(rounds.map((round) => round.own))
  return others.map(({ contestant }, index) => {
    const peer = (round: (typeof rounds)[number]) => round.peers[index] ?? Number.NaN
    return {
      name: `GET /v1/me, requests/s ÷ ${contestant.name}`,
      value: medianRatio(rounds, (round) => round.own, peer),
      from: `${own.toFixed(0)}/s ÷ ${median(rounds.map(peer)).toFixed(0)}/s`,
    }
  })
}

async function withCredentials(contestant: Contestant) {
  return { contestant, credentials: await credentialsOf(contestant) }
}
