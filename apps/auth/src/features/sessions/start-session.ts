import { type Db, isForeignKeyViolation, type Tx, withTransaction } from '@fondasi/postgres'
import { v7 as uuidv7 } from 'uuid'
import { findUser, type User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import { hashSecret, newSecret, type RefreshTokens } from './refresh-token.ts'
import { insertSession, type Session } from './repository.ts'
import { absoluteExpiry, idleExpiry, type LifetimeConfig } from './session-lifetime.ts'
import type { SignedIn } from './signed-in.ts'

export interface StartDeps {
  db: Db
  clock: () => Date
  config: LifetimeConfig
  tokens: RefreshTokens
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
 * Starts a session for a user whose password was just verified.
 *
 * @returns undefined when the account was disabled, deleted or given another password since it was read
 */
export async function startSession(deps: StartDeps, input: NewSession): Promise<SignedIn | undefined> {
  const now = deps.clock()
  const secret = newSecret()
  const session = newSession(input, secret, now, deps.config)
  const user = await insertUnlessChanged(deps.db, session, input)
  if (!user) return undefined
  const refreshToken = deps.tokens.encode({ sessionId: session.id, generation: session.generation, secret })
  return { session, user, refreshToken, issuedAt: now }
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

/** Thrown to roll the new session back. */
class AccountChanged extends Error {}

async function insertUnlessChanged(db: Db, session: Session, input: NewSession): Promise<User | undefined> {
  try {
    return await withTransaction(db, async (tx) => {
      await insertSession(tx, session)
      // After the insert, which waits for any transaction that is changing the user: see `lockUser`.
      const user = await findUser(tx, session.userId)
      if (!user || user.disabledAt || user.passwordHash !== input.user.passwordHash)
        throw new AccountChanged()
      await recordLogin(tx, session, input.request)
      return user
    })
  } catch (error) {
    // The insert violates its foreign key when the user was deleted.
    if (error instanceof AccountChanged || isForeignKeyViolation(error)) return undefined
    throw error
  }
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
