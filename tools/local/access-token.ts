import { randomUUID } from 'node:crypto'
import { developmentIssuer, developmentKeyName } from '../services.ts'
import { developmentKey, developmentToken } from './development-key.ts'
import { openSecrets } from './secrets.ts'
import type { State } from './state.ts'

/** A login takes as long as its hash, or seconds while the machine builds images. */
const loginTimeoutMs = 15_000

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
  return login(auth.url, { email: account.email, password: state.password })
}

/**
 * The access token of an account.
 *
 * @param authUrl where auth is
 * @throws Error with auth's response when the login fails
 */
export async function login(authUrl: string, account: { email: string; password: string }): Promise<string> {
  const response = await fetch(`${authUrl}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
    signal: AbortSignal.timeout(loginTimeoutMs),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`Login as ${account.email} failed: ${response.status} ${text}`)
  const { accessToken }: { accessToken: string } = JSON.parse(text)
  return accessToken
}
