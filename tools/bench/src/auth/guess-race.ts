import { exactly, type Row } from '../report.ts'
import { type AuthBench, userEmail } from './auth-services.ts'

const guesses = 200
/** An account of its own: no other measurement signs in to it. */
const victim = userEmail(399)

/**
 * Two hundred attackers from as many addresses guess the password of one account at the same moment. The throttle
 * counts before it tests, so exactly ten passwords are tested (401); the others are told to wait (429).
 */
export async function measureGuessRace({ service }: AuthBench): Promise<Row[]> {
  const answers = await Promise.all(
    Array.from({ length: guesses }, (_, index) =>
      service.post('/v1/login', { email: victim, password: `wrong guess number ${index}` }, [401, 429]),
    ),
  )
  const tested = answers.filter((answer) => answer.status === 401).length
  return [
    {
      name: `${guesses} parallel guesses from ${guesses} addresses: admitted`,
      value: tested,
      goal: exactly(10),
      from: `${guesses - tested} answered 429`,
    },
  ]
}
