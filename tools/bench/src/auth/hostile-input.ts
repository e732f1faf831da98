import type { Answer, HttpClient } from '../http-client.ts'
import type { Row } from '../report.ts'
import { userEmail } from './accounts.ts'
import { type AuthBench, signIn } from './auth-services.ts'
import { hostileBodies } from './hostile-bodies.ts'
import { type HostileAnswer, hostileRows } from './hostile-rows.ts'
import { hostileTokens } from './hostile-tokens.ts'

/** Signs in only here. */
const account = userEmail(100)

/**
 * Requests that penetration testers send, from two lists. A hostile token must get 401 `invalid_token`, a hostile body
 * a 4xx with a code that says what was wrong. A 5xx would mean that a stranger found a path that nobody thought of.
 *
 * The service may close the connection while a body that is too large is still being sent. That is an outcome of its
 * own, as long as the service goes on serving.
 */
export async function measureHostileInput({ service }: AuthBench): Promise<Row[]> {
  const { accessToken } = await signIn(service, account)
  const answers: HostileAnswer[] = []
  for (const [what, token] of hostileTokens(accessToken, await firstPublicKey(service))) {
    const answer = await service.send({ path: '/v1/me', headers: { authorization: `Bearer ${token}` } })
    answers.push({ what, answer, isRight: answer.status === 401 && codeOf(answer) === 'invalid_token' })
  }
  for (const { what, ...request } of hostileBodies()) {
    const answer = await service.send({ method: 'POST', ...request })
    answers.push({ what: `${request.path}, ${what}`, answer, isRight: isRefusal(answer) })
  }
  await requireAlive(service)
  return hostileRows(answers)
}

function isRefusal(answer: Answer): boolean {
  const { status } = answer
  return status !== 'closed' && status >= 400 && status < 500 && codeOf(answer) !== undefined
}

/** @throws Error when the service has crashed: then a closed connection was not a refusal */
async function requireAlive(service: HttpClient): Promise<void> {
  const { status } = await service.send({ path: '/livez' })
  if (status !== 200) throw new Error(`after the hostile requests /livez returned ${status}`)
}

async function firstPublicKey(service: HttpClient): Promise<object> {
  const { body } = await service.send({ path: '/.well-known/jwks.json' })
  return JSON.parse(body).keys[0]
}

/** The `code` of a problem document, or the `error` of an OAuth response (RFC 6749, section 5.2). */
function codeOf({ body }: Answer): string | undefined {
  let document: unknown
  try {
    document = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof document !== 'object' || document === null) return undefined
  const code = 'code' in document ? document.code : 'error' in document ? document.error : undefined
  return typeof code === 'string' ? code : undefined
}
