import type { Answer, HttpClient } from '../http-client.ts'
import { exactly, type Row } from '../report.ts'
import { type AuthBench, signIn, userEmail } from './auth-services.ts'
import { hostileBodies } from './hostile-bodies.ts'
import { hostileTokens } from './hostile-tokens.ts'

/**
 * What penetration testers send, from two lists. A hostile token must be 401 `invalid_token`, a hostile body a 4xx
 * that names what was wrong; a 5xx would mean that a stranger found a path that nobody thought of.
 */
export async function measureHostileInput({ service }: AuthBench): Promise<Row[]> {
  const { accessToken } = await signIn(service, userEmail(100))
  const tokens = hostileTokens(accessToken, await firstPublicKey(service))
  const answers: { what: string; answer: Answer; right: boolean }[] = []

  for (const [what, token] of tokens) {
    const answer = await service.send({ path: '/v1/me', headers: { authorization: `Bearer ${token}` } })
    answers.push({ what, answer, right: answer.status === 401 && codeOf(answer) === 'invalid_token' })
  }
  for (const { what, ...request } of hostileBodies()) {
    const answer = await service.send({ method: 'POST', ...request })
    const refused = answer.status >= 400 && answer.status < 500 && codeOf(answer) !== undefined
    answers.push({ what: `${request.path}, ${what}`, answer, right: refused })
  }

  const crashed = answers.filter(({ answer }) => answer.status >= 500)
  const wrong = answers.filter(({ right }) => !right)
  const from = (all: typeof answers) =>
    all.length === 0
      ? `${answers.length} requests`
      : all.map(({ what, answer }) => `${what}: ${answer.status}`).join('; ')
  return [
    {
      name: 'hostile tokens and bodies: answered with 5xx',
      value: crashed.length,
      goal: exactly(0),
      from: from(crashed),
    },
    {
      name: 'hostile tokens and bodies: not 401 or 4xx with its code',
      value: wrong.length,
      goal: exactly(0),
      from: from(wrong),
    },
  ]
}

async function firstPublicKey(service: HttpClient): Promise<object> {
  const { body } = await service.send({ path: '/.well-known/jwks.json' })
  return JSON.parse(body).keys[0]
}

/** The problem's `code`, or the `error` of an OAuth answer (RFC 6749, 5.2). */
function codeOf({ body }: Answer): string | undefined {
  const document: unknown = JSON.parse(body)
  if (typeof document !== 'object' || document === null) return undefined
  const code = 'code' in document ? document.code : 'error' in document ? document.error : undefined
  return typeof code === 'string' ? code : undefined
}
