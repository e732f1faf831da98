import type { Revocation } from '@fondasi/access'
import type { Tx } from '@fondasi/postgres'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config.ts'
import { lockUserForLogin, type User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { hashSecret, newSecret, type RefreshTokens } from './refresh-token.ts'
import { insertSession, revokeOldestSessions, type Session } from './repository.ts'
import { absoluteExpiry, idleExpiry, type LifetimeConfig } from './session-lifetime.ts'
import type { SignedIn } from './signed-in.ts'

export interface StartDeps {
  clock: () => Date
  config: LifetimeConfig & Pick<Config, 'SESSIONS_PER_ACCOUNT'>
  tokens: RefreshTokens
  revocations: Revocations
}

interface NewSession {
  /** As read when the password was verified. */
  user: User
  transport: Session['transport']
  /** Authentication methods (RFC 8176). */
  amr: string[]
  request: RequestInfo
}

/**
 * Starts a session for a user whose password was just verified, and ends the oldest ones beyond the limit.
 *
 * @returns undefined when the account was disabled, deleted or given another password since it was read
 */
export async function startSession(deps: StartDeps, input: NewSession): Promise<SignedIn | undefined> {
  const now = deps.clock()
  const secret = newSecret()
  const session = newSession(input, secret, now, deps.config)
  const started = await insertUnlessChanged(deps, session, input)
  if (!started) return undefined
  const { user, databaseTime } = started
  const refreshToken = deps.tokens.encode({ sessionId: session.id, generation: session.generation, secret })
  return { session, user, refreshToken, issuedAt: now, databaseTime }
}

function newSession(input: NewSession, secret: Buffer, now: Date, config: LifetimeConfig): Session {
  return {
    id: uuidv7({ msecs: now.getTime() }),
    userId: input.user.id,
    generation: 0,
    currentHash: hashSecret(secret),
    previousHash: null,
    rotationSalt: null,
    rotatedAt: now,
    transport: input.transport,
    clientId: 'web',
    amr: input.amr,
    authTime: now,
    idleExpiresAt: idleExpiry(now, config),
    absoluteExpiresAt: absoluteExpiry(now, config),
    revokedAt: null,
    revokeReason: null,
    ip: input.request.ip,
    userAgent: input.request.userAgent,
    lastSeenAt: now,
    createdAt: now,
  }
}

async function insertUnlessChanged(
  deps: StartDeps,
  session: Session,
  { user: before, request }: NewSession,
): Promise<{ user: User; databaseTime: Date } | undefined> {
  const { started } = await deps.revocations.run(async (tx) => {
    const user = await lockUserForLogin(tx, before.id)
    if (!user || user.disabledAt || user.passwordHash !== before.passwordHash) return { revoked: [] }
    const databaseTime = await insertSession(tx, session)
    await recordLogin(tx, session, request)
    const revoked = await endOldestSessions(deps, tx, session, request)
    return { started: { user, databaseTime }, revoked }
  })
  return started
}

function recordLogin(tx: Tx, session: Session, request: RequestInfo): Promise<void> {
  return recordEvent(tx, {
    action: 'authn_login_success',
    outcome: 'success',
    actor: { type: 'user', id: session.userId },
    targets: [{ type: 'session', id: session.id }],
    request,
    occurredAt: session.createdAt,
  })
}

/** An event names this many sessions. A login normally ends one; an account from before the limit may have thousands. */
const namedSessions = 10

async function endOldestSessions(
  { config, revocations }: StartDeps,
  tx: Tx,
  { userId, createdAt: now }: Session,
  request: RequestInfo,
): Promise<Revocation[]> {
  const reason = 'session_limit'
  const ids = await revokeOldestSessions(tx, { userId, keep: config.SESSIONS_PER_ACCOUNT, reason, now })
  if (ids.length === 0) return []
  await recordEvent(tx, {
    action: 'session_ended',
    outcome: 'success',
    actor: { type: 'user', id: userId },
    targets: [
      { type: 'user', id: userId },
      ...ids.slice(0, namedSessions).map((id) => ({ type: 'session', id })),
    ],
    request,
    occurredAt: now,
    metadata: { reason, sessions: ids.length },
  })
  return ids.map((id) => revocations.ofSession(id))
}
