import type { MessageRow } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config.ts'
import { lockUserAlone, type User } from '../accounts/repository.ts'
import { eventRow, type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { hashSecret, newSecret, type RefreshTokens } from './refresh-token.ts'
import { hasSessionsBeyond, insertSession, revokeOldestSessions, type Session } from './repository.ts'
import { absoluteExpiry, idleExpiry, type LifetimeConfig } from './session-lifetime.ts'
import type { SignedIn } from './signed-in.ts'

export interface StartDeps {
  db: Db
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
  const event = loginEvent(session, input.request)
  const started = await insertSession(deps.db, session, input.user.passwordHash, event)
  if (!started) return undefined
  await endOldestSessions(deps, session, input.request)
  const refreshToken = deps.tokens.encode({ sessionId: session.id, generation: session.generation, secret })
  return { ...started, session, refreshToken, issuedAt: now }
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

function loginEvent(session: Session, request: RequestInfo): MessageRow {
  return eventRow({
    action: 'authn_login_success',
    outcome: 'success',
    actor: { type: 'user', id: session.userId },
    targets: [{ type: 'session', id: session.id }],
    request,
    occurredAt: session.createdAt,
  })
}

/** An event names at most this many sessions. A login normally ends one; an account from before the limit may have thousands. */
const maxSessionsInEvent = 10

/**
 * Runs after the new session was committed. Of several logins at once, the last one sees the sessions of all, and leaves
 * no more than the limit.
 */
async function endOldestSessions(
  { db, config, revocations }: StartDeps,
  { userId, createdAt: now }: Session,
  request: RequestInfo,
): Promise<void> {
  const limit = { userId, keep: config.SESSIONS_PER_ACCOUNT, now }
  if (!(await hasSessionsBeyond(db, limit))) return
  const reason = 'session_limit'
  await revocations.run(async (tx) => {
    // Logins at once would otherwise lock the same sessions in different orders, and deadlock.
    await lockUserAlone(tx, userId)
    const ids = await revokeOldestSessions(tx, { ...limit, reason })
    if (ids.length === 0) return { revoked: [] }
    await recordEvent(tx, {
      action: 'session_ended',
      outcome: 'success',
      actor: { type: 'user', id: userId },
      targets: [
        { type: 'user', id: userId },
        ...ids.slice(0, maxSessionsInEvent).map((id) => ({ type: 'session', id })),
      ],
      request,
      occurredAt: now,
      metadata: { reason, sessions: ids.length },
    })
    return { revoked: ids.map((id) => revocations.ofSession(id)) }
  })
}
