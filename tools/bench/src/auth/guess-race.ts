import type { HttpClient } from '../http-client.ts'
import { exactly, type Row } from '../report.ts'
import { userEmail } from './accounts.ts'
import type { AuthBench } from './auth-services.ts'

const guesses = 200
/** How long the tenth failure locks an account. A guess that comes later may rightly be tested. */
const firstLockMs = 1_000
/** Accounts that no other measurement signs in to: one for each attempt at being fast enough. */
const victims = [395, 396, 397, 398, 399].map(userEmail)

/**
 * Two hundred attackers from as many addresses guess the password of one account at once. The throttle counts a guess
 * before it tests it, so exactly ten are tested (401). The others must wait (429, or 503 when the burst alone is more
 * than the machine can hash).
 *
 * If the burst took longer than the first lock, its end was not throttled by it: then another account is tried.
 */
export async function measureGuessRace({ service }: AuthBench): Promise<Row[]> {
  let burst = { tested: 0, ms: Number.POSITIVE_INFINITY }
  for (const victim of victims) {
    burst = await guessAtOnce(service, victim)
    if (burst.ms < firstLockMs) break
  }
  return [
    {
      name: `${guesses} parallel guesses from ${guesses} addresses: admitted`,
      value: burst.tested,
      goal: exactly(10),
      from: `in ${burst.ms.toFixed(0)} ms; ${guesses - burst.tested} refused`,
    },
  ]
}

async function guessAtOnce(service: HttpClient, victim: string): Promise<{ tested: number; ms: number }> {
  const atOnce = <Result>(send: (index: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: guesses }, (_, index) => send(index)))
  // The attackers are connected before they begin.
  await atOnce(() => service.send({ path: '/livez' }))
  const startedAt = performance.now()
  const answers = await atOnce((index) =>
    service.post('/v1/login', { email: victim, password: `wrong guess number ${index}` }, [401, 429, 503]),
  )
  return {
    tested: answers.filter((answer) => answer.status === 401).length,
    ms: performance.now() - startedAt,
  }
}
