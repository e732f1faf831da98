import type { FastifyReply } from 'fastify'
import type { Config } from '../../config.ts'
import { accessClaims } from '../keys/access-token.ts'
import type { KeyStore } from '../keys/service.ts'
import { setRefreshCookie } from './refresh-cookie.ts'
import { expiryOf } from './session-lifetime.ts'
import type { SignedIn } from './signed-in.ts'

export interface TokenResponseDeps {
  config: Config
  keys: KeyStore
}

/**
 * The response to a login or refresh. The session's transport decides whether the refresh token is in the body or in
 * the cookie.
 */
export async function tokenResponse(reply: FastifyReply, deps: TokenResponseDeps, signedIn: SignedIn) {
  const { config } = deps
  const { session, user, refreshToken } = signedIn
  const claims = accessClaims({
    config,
    issuedAt: signedIn.issuedAt,
    subject: user.id,
    clientId: session.clientId,
    roles: user.roles,
    scope: [],
    session,
  })
  const { sign } = await deps.keys.active()
  const accessToken = sign(claims)
  const refreshExpiresAt = expiryOf(session)
  if (session.transport === 'cookie') setRefreshCookie(reply, config, refreshToken, refreshExpiresAt)
  // RFC 6749, 5.1: no cache may keep a token.
  reply.header('cache-control', 'no-store')
  return {
    accessToken,
    tokenType: 'Bearer' as const,
    expiresIn: config.ACCESS_TOKEN_SECONDS,
    ...(session.transport === 'body' && { refreshToken }),
    refreshExpiresAt,
    user: { id: user.id, email: user.email, name: user.name, roles: user.roles },
  }
}
