import type { Access, Principal } from '@fondasi/access'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import type { SessionService } from '../sessions/service.ts'
import { OAuthError } from './oauth-error.ts'

export interface RevokeDeps {
  clock: () => Date
  access: Access
  sessions: SessionService
  revocations: Revocations
}

/**
 * Revokes a token (RFC 7009). A user's token ends its whole session. That includes a refresh token that has been rotated,
 * since its successor may still be issued during the grace period. A service's access token revokes every token that the
 * service got up to then, since single tokens are not stored.
 *
 * @throws {OAuthError} `invalid_grant` when the token was issued to another client
 */
export async function revokeToken(
  deps: RevokeDeps,
  token: string,
  clientId: string,
  request: RequestInfo,
): Promise<void> {
  const session = await deps.sessions.findOf(token)
  if (session) {
    requireIssuedTo(clientId, session.clientId)
    return deps.sessions.logout(token, request)
  }
  const principal = await deps.access.inspect(token)
  // A token that is not valid needs no revocation (section 2.2).
  if (!principal) return
  requireIssuedTo(clientId, principal.clientId)
  if (principal.sessionId === undefined) return revokeTokensOfService(deps, principal, request)
  const actor = { type: 'user', id: principal.id } as const
  await deps.sessions.end({ sessionId: principal.sessionId, reason: 'logout', actor, request })
}

function requireIssuedTo(clientId: string, holder: string): void {
  if (clientId !== holder) throw new OAuthError('invalid_grant', 'The token was issued to another client')
}

async function revokeTokensOfService(
  { clock, revocations }: RevokeDeps,
  principal: Principal,
  request: RequestInfo,
): Promise<void> {
  const entry = revocations.ofSubject(principal.id, new Date(principal.issuedAtMs))
  await revocations.run(async (tx) => {
    await recordEvent(tx, {
      action: 'authn_token_revoked',
      outcome: 'success',
      actor: { type: 'service', id: principal.id },
      request,
      occurredAt: clock(),
    })
    return { revoked: [entry] }
  })
}
