import type { Access, Principal } from '@fondasi/access'
import type { Config } from '../../config.ts'
import type { SessionService } from '../sessions/service.ts'
import { expiryOf } from '../sessions/session-lifetime.ts'

/** A valid token and the client that it was issued to. */
export type LiveToken =
  | { kind: 'access'; clientId: string; principal: Principal }
  | { kind: 'refresh'; clientId: string; userId: string; expiresAt: Date }

/** @returns undefined when the token is not valid */
export async function findLiveToken(
  { access, sessions }: { access: Access; sessions: SessionService },
  token: string,
): Promise<LiveToken | undefined> {
  const session = await sessions.findLive(token)
  if (session) {
    const { clientId, userId } = session
    return { kind: 'refresh', clientId, userId, expiresAt: expiryOf(session) }
  }
  const principal = await access.inspect(token)
  return principal && { kind: 'access', clientId: principal.clientId, principal }
}

/** The introspection response (RFC 7662, section 2.2). */
export function introspectionOf(
  token: LiveToken | undefined,
  config: Pick<Config, 'AUTH_ISSUER' | 'AUTH_AUDIENCE'>,
) {
  if (!token) return { active: false }
  if (token.kind === 'refresh') {
    return {
      active: true,
      token_type: 'refresh_token' as const,
      client_id: token.clientId,
      sub: token.userId,
      iss: config.AUTH_ISSUER,
      exp: secondsOf(token.expiresAt.getTime()),
    }
  }
  const { principal } = token
  return {
    active: true,
    token_type: 'Bearer' as const,
    client_id: principal.clientId,
    sub: principal.id,
    scope: principal.scope.join(' '),
    iss: config.AUTH_ISSUER,
    aud: config.AUTH_AUDIENCE,
    jti: principal.tokenId,
    iat: principal.iat,
    exp: secondsOf(principal.expiresAtMs),
  }
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000)
}
