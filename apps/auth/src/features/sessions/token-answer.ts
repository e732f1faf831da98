import type { FastifyReply } from 'fastify'
import type { FeatureDeps } from '../../app.ts'
import { accessClaims } from './access-token.ts'
import { setRefreshCookie } from './refresh-cookie.ts'
import type { SignedIn } from './service.ts'

/** The body of a login or refresh. The refresh token is in it, or in the cookie, as the session was started. */
export async function tokenAnswer(
  reply: FastifyReply,
  deps: Pick<FeatureDeps, 'config' | 'keys'>,
  signedIn: SignedIn,
) {
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
  const refreshExpiresAt = new Date(
    Math.min(session.idleExpiresAt.getTime(), session.absoluteExpiresAt.getTime()),
  )
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
