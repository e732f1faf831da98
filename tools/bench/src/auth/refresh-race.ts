import type { HttpClient } from '../http-client.ts'
import { exactly, type Row } from '../report.ts'
import { type AuthBench, signInMany } from './auth-services.ts'

const sessions = 50
const parallel = 20

/**
 * Twenty tabs of one session refresh at once, at two processes of the service. Each must get a token, all of them the
 * same successor, and the successor must be valid. Every other response is a violation.
 */
export async function measureRefreshRace(bench: AuthBench): Promise<Row[]> {
  const { service } = bench
  const other = await bench.startService()
  let violations = 0
  for (const { refreshToken } of await signInMany(service, sessions)) {
    const answers = await Promise.all(
      Array.from({ length: parallel }, (_, tab) => refresh(tab % 2 === 0 ? service : other, refreshToken)),
    )
    const [successor] = answers
    violations += answers.filter((answer) => answer === undefined || answer !== successor).length
    if (successor === undefined || (await refresh(service, successor)) === undefined) violations += 1
  }
  return [
    {
      name: `${sessions} sessions × ${parallel} parallel refreshes: violations`,
      value: violations,
      goal: exactly(0),
      from: `${sessions * parallel} refreshes on two processes`,
    },
  ]
}

/** The successor of the token, or undefined when the service refused it. */
async function refresh(service: HttpClient, refreshToken: string): Promise<string | undefined> {
  const { status, body } = await service.post('/v1/refresh', { refreshToken }, [200, 401, 429, 500, 503])
  return status === 200 ? JSON.parse(body).refreshToken : undefined
}
