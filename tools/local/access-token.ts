import { randomUUID } from 'node:crypto'
import { developmentIssuer, developmentKeyName } from '../services.ts'
import { developmentKey, developmentToken } from './development-key.ts'
import { openSecrets } from './secrets.ts'
import type { State } from './state.ts'

/**
 * Where auth runs, the access token of the demo account that was seeded with this role; `npm run roles` may have changed
 * the role since. Without auth, a token signed with the development key.
 */
export async function accessToken(state: State, role: string): Promise<string> {
  const account = state.accounts.find((candidate) => candidate.role === role)
  if (!account) throw new Error(`No demo account has the role ${role}`)
  const auth = state.services.find(({ name }) => name === 'auth')
  if (!auth) {
    const { secret } = await openSecrets()
    const { privateKey } = developmentKey(secret(developmentKeyName))
    return developmentToken({ privateKey, issuer: developmentIssuer, role, id: randomUUID() })
  }

  const response = await fetch(`${auth.url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: account.email, password: state.password }),
  })
  const body: unknown = await response.json()
  if (typeof body === 'object' && body !== null && 'accessToken' in body) return String(body.accessToken)
  throw new Error(`Login as ${account.email} failed: ${JSON.stringify(body)}`)
}
