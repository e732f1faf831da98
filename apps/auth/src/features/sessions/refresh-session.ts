import type { Db } from '@fondasi/postgres'
import { readDatabaseTime } from '../../db/database-time.ts'
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

interface From {
  transport: Session['transport']
  request: RequestInfo
}

export type RefreshOutcome =
  | { kind: 'rotated' | 'replay'; signedIn: SignedIn }
  | { kind: 'invalid' | 'revoked' | 'expired' }
  | { kind: 'reuse'; session: Session }

/**
 * Exchanges a refresh token for its successor, or returns why not. Reuse of an old token ends the session.
 *
 * Several tokens come from a browser that holds several cookies. The first one that works is exchanged. If none works,
 * no session ends: an old cookie beside the current one does not mean that a token was stolen.
 *
 * @param texts the refresh tokens as they were sent
 */
export async function refreshSession(
  deps: RefreshDeps,
  presented: From & { texts: string[] },
): Promise<RefreshOutcome> {
  const outcome = await exchange(deps, presented)
  if (outcome.kind === 'reuse') await endReused(deps, outcome.session, presented.request)
  deps.authMetrics.refreshes.inc({ outcome: outcome.kind })
  return outcome
}

async function exchange(
  deps: RefreshDeps,
  { texts, ...from }: From & { texts: string[] },
): Promise<RefreshOutcome> {
  let outcome: RefreshOutcome = { kind: 'invalid' }
  for (const text of texts) {
    const token = deps.tokens.decode(text)
    outcome = token ? await rotate(deps, token, from) : { kind: 'invalid' }
    if ('signedIn' in outcome) return outcome
  }
  return texts.length > 1 ? { kind: 'invalid' } : outcome
}

async function rotate(
  deps: RefreshDeps,
  token: RefreshToken,
  { transport, request }: From,
): Promise<RefreshOutcome> {
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
    ? tokensOf(deps, 'rotated', { ...rotated, secret: successor, issuedAt: now })
    : explainRefusal(deps, token, transport, now)
}

/** The rotation changed no row: finds out why. */
async function explainRefusal(
  deps: RefreshDeps,
  token: RefreshToken,
  transport: Session['transport'],
  now: Date,
): Promise<RefreshOutcome> {
  const session = await findSession(deps.db, token.sessionId)
  if (!session) return { kind: 'invalid' }
  const decision = decideRefusedRotation(deps.tokens, token, transport, session, now)
  switch (decision.kind) {
    case 'replay': {
      const databaseTime = await readDatabaseTime(deps.db)
      return tokensOf(deps, 'replay', { session, secret: decision.successor, issuedAt: now, databaseTime })
    }
    case 'reuse':
      return { kind: 'reuse', session }
    case 'invalid':
    case 'revoked':
    case 'expired':
      return decision
  }
}

async function endReused(deps: RefreshDeps, session: Session, request: RequestInfo): Promise<void> {
  await endSession(deps, {
    sessionId: session.id,
    userId: session.userId,
    reason: 'reuse',
    // The client's address is recorded among the personal values, where it can be erased.
    actor: { type: 'anonymous', id: 'unknown' },
    request,
  })
}

/**
 * Reads the user after the rotation, outside its transaction. A change of the user locks the rows of its sessions, so a
 * rotation has waited for it. A replay has waited for no lock, so it must wait here. Otherwise it could get the old roles
 * with an issue time after their removal.
 */
async function tokensOf(
  deps: RefreshDeps,
  kind: 'rotated' | 'replay',
  issued: Pick<SignedIn, 'session' | 'issuedAt' | 'databaseTime'> & { secret: Buffer },
): Promise<RefreshOutcome> {
  const { secret, ...times } = issued
  const { session } = issued
  const find = kind === 'rotated' ? findUser : findSettledUser
  const user = await find(deps.db, session.userId)
  if (!user || user.disabledAt) return { kind: 'revoked' }
  const refreshToken = deps.tokens.encode({ sessionId: session.id, generation: session.generation, secret })
  return { kind, signedIn: { ...times, user, refreshToken } }
}
