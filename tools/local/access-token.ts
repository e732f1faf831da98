import { randomUUID } from 'node:crypto'
import { developmentKeyName, issuer } from '../services.ts'
import { developmentKey, developmentToken } from './development-key.ts'
import { openSecrets } from './secrets.ts'
import type { State } from './state.ts'

/**
 * An access token for what runs here: of a demo account where auth runs, else one that is signed with this checkout's
 * development key.
 * @throws when nobody has the role, or auth refuses
 */
export async function localAccessToken(state: State, role: string): Promise<string> {
  const account = state.accounts.find((candidate) => candidate.role === role)
  if (!account) {
    throw new Error(`No role ${role}. Use one of: ${state.accounts.map((other) => other.role).join(', ')}`)
  }
  const auth = state.services.find(({ name }) => name === 'auth')
  if (auth) return login(auth.url, { email: account.email, password: state.password })
  const { secret } = await openSecrets()
  const { privateKey } = developmentKey(secret(developmentKeyName))
  return developmentToken({ privateKey, issuer, role, id: randomUUID() })
}

/** Signs in at auth. @returns an access token @throws when it is refused */
export async function login(authUrl: string, account: { email: string; password: string }): Promise<string> {
  const response = await fetch(`${authUrl}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  const answer: unknown = await response.json()
  if (typeof answer === 'object' && answer !== null && 'accessToken' in answer)
    return String(answer.accessToken)
  throw new Error(`Login as ${account.email} was refused: ${JSON.stringify(answer)}`)
}
