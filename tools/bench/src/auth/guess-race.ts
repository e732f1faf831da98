import type { HttpClient } from '../http-client.ts'
import { exactly, type Row } from '../report.ts'
import { type AuthBench, userEmail } from './auth-services.ts'

const guesses = 200
/** How long the tenth failure locks an account: a guess that comes after that may be tested, and rightly so. */
const firstLockMs = 1_000
/** Accounts that no other measurement signs in to: one for each try at being fast enough. */
const victims = [395, 396, 397, 398, 399].map(userEmail)

/**
 * Two hundred attackers from as many addresses guess the password of one account at the same moment. The throttle
 * counts before it tests, so exactly ten passwords are tested (401); the others are told to wait (429; 503 when the burst
 * alone is too much for the machine).
 *
 * A burst that took longer than the first lock was no single moment; then another account is tried.
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
      from: `in ${burst.ms.toFixed(0)} ms; ${guesses - burst.tested} turned away`,
    },
  ]
}

async function guessAtOnce(service: HttpClient, victim: string): Promise<{ tested: number; ms: number }> {
  const atOnce = <Result>(send: (index: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: guesses }, (_, index) => send(index)))
  // The attackers are connected already when they begin.
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
