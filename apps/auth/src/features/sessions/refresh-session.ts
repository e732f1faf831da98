import type { Db } from '@fondasi/postgres'
import type { AuthMetrics } from '../../metrics.ts'
import { findSettledUser, findUser } from '../accounts/repository.ts'
import type { RequestInfo } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { endSession } from './end-session.ts'
import { decideRefusedRotation } from './refresh-decision.ts'
import { hashSecret, newRotationSalt, type RefreshToken, type RefreshTokens } from './refresh-token.ts'
import { findSession, rotateSession, type Session } from './repository.ts'
import { idleExpiry, type LifetimeConfig } from './session-lifetime.ts'
import type { SignedIn } from './signed-in.ts'

export interface RefreshDeps {
  db: Db
  clock: () => Date
  config: LifetimeConfig
  tokens: RefreshTokens
  revocations: Revocations
  authMetrics: AuthMetrics
}

/** The refresh token as it came, in the body or in the cookie. */
interface Presented {
  /** undefined when the token is missing or was not made by this service */
  token: RefreshToken | undefined
  transport: Session['transport']
  request: RequestInfo
}

export type RefreshOutcome =
  | { kind: 'rotated' | 'replay'; signedIn: SignedIn }
  | { kind: 'invalid' | 'revoked' | 'expired' | 'reuse' }

/** Exchanges a refresh token for its successor, or returns why not. Reuse of an old token ends the session. */
export async function refreshSession(deps: RefreshDeps, presented: Presented): Promise<RefreshOutcome> {
  const { token } = presented
  const outcome: RefreshOutcome = token ? await rotate(deps, { ...presented, token }) : { kind: 'invalid' }
  deps.authMetrics.refreshes.inc({ outcome: outcome.kind })
  return outcome
}

async function rotate(
  deps: RefreshDeps,
  presented: Presented & { token: RefreshToken },
): Promise<RefreshOutcome> {
  const { token, transport, request } = presented
  const now = deps.clock()
  const salt = newRotationSalt()
  const successor = deps.tokens.successorOf(token.secret, salt)
  const rotated = await rotateSession(
    deps.db,
    { ...token, hash: hashSecret(token.secret), transport },
    {
      hash: hashSecret(successor),
      salt,
      idleExpiresAt: idleExpiry(now, deps.config),
      ip: request.ip,
      userAgent: request.userAgent,
    },
    now,
  )
  return rotated
    ? tokensOf(deps, 'rotated', { session: rotated, secret: successor, issuedAt: now })
    : handleRefusal(deps, { token, transport, request }, now)
}

/** The rotation changed no row: finds out why, and ends the session if the token was reused. */
async function handleRefusal(
  deps: RefreshDeps,
  { token, transport, request }: Presented & { token: RefreshToken },
  now: Date,
): Promise<RefreshOutcome> {
  const session = await findSession(deps.db, token.sessionId)
  if (!session) return { kind: 'invalid' }
  const decision = decideRefusedRotation(deps.tokens, token, transport, session, now)
  switch (decision.kind) {
    case 'replay':
      return tokensOf(deps, 'replay', { session, secret: decision.successor, issuedAt: now })
    case 'reuse':
      await endSession(deps, {
        sessionId: session.id,
        userId: session.userId,
        reason: 'reuse',
        // The client's address is recorded among the personal values, where it can be erased.
        actor: { type: 'anonymous', id: 'unknown' },
        request,
      })
      return decision
    case 'invalid':
    case 'revoked':
    case 'expired':
      return decision
  }
}

/**
 * The user is read after the rotation, outside its transaction. Whoever changes the user holds the lock of the
 * session's row, so a rotation has waited for that change. A replay has waited for no lock: it must wait here, or it
 * could get the old roles with an issue time after their removal.
 */
async function tokensOf(
  deps: RefreshDeps,
  kind: 'rotated' | 'replay',
  { session, secret, issuedAt }: { session: Session; secret: Buffer; issuedAt: Date },
): Promise<RefreshOutcome> {
  const find = kind === 'rotated' ? findUser : findSettledUser
  const user = await find(deps.db, session.userId)
  if (!user || user.disabledAt) return { kind: 'revoked' }
  const refreshToken = deps.tokens.encode({ sessionId: session.id, generation: session.generation, secret })
  return { kind, signedIn: { session, user, refreshToken, issuedAt } }
}
