import type { Principal, Revocation } from '../src/index.ts'

const lifetimeMs = 600_000

/** The revocation of a session. */
export const endOfSession = (sessionId: string): Revocation => ({
  kind: 'session',
  sessionId,
  expiresAtMs: Date.now() + lifetimeMs,
})

/** The principal of a token of that session. */
export const principalOf = (sessionId: string): Principal => ({
  kind: 'user',
  id: 'u1',
  clientId: 'web',
  tenant: 'main',
  roles: [],
  scope: [],
  sessionId,
  tokenId: 'x',
  issuedAtMs: Date.now(),
  expiresAtMs: Date.now() + lifetimeMs,
})
