import type { Revocation } from '@fondasi/access'
import { type Db, isForeignKeyViolation, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config.ts'
import type { AuthMetrics } from '../../metrics.ts'
import { endSessionsOfUser } from '../accounts/end-sessions.ts'
import { findSettledUser, findUser, type User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { decideRefusedRotation } from './refresh-decision.ts'
import {
  hashSecret,
  newRotationSalt,
  newSecret,
  type RefreshToken,
  type RefreshTokens,
} from './refresh-token.ts'
import type { Session } from './repository.ts'
import * as repository from './repository.ts'

/** A living session and who it belongs to: all that is needed to answer with tokens. */
export interface SignedIn {
  session: Session
  user: User
  refreshToken: string
  /** Taken before the user was read: the issue time of the access token, so that a later change voids it. */
  issuedAt: Date
}

export type RefreshOutcome =
  | { kind: 'rotated' | 'replay'; signedIn: SignedIn }
  | { kind: 'invalid' | 'revoked' | 'expired' | 'reuse' }

export type SessionService = ReturnType<typeof createSessionService>

/** Rolls the new session back. */
class AccountChanged extends Error {}

const dayMs = 24 * 60 * 60 * 1000

/** Rules of sessions: start, rotate, end. */
export function createSessionService(deps: {
  db: Db
  clock: () => Date
  config: Config
  tokens: RefreshTokens
  revocations: Revocations
  authMetrics: AuthMetrics
}) {
  const { db, clock, config, tokens, revocations, authMetrics } = deps
  const idleExpiry = (now: Date) => new Date(now.getTime() + config.SESSION_IDLE_DAYS * dayMs)

  /** Ends one session; exactly one of many callers gets true and has written the event. */
  async function end(options: {
    sessionId: string
    /** Only if the session is this user's. */
    userId?: string | undefined
    reason: 'logout' | 'revoked_by_user' | 'reuse'
    actor: { type: 'user' | 'anonymous'; id: string }
    request: RequestInfo
  }): Promise<boolean> {
    const now = clock()
    const entry: Revocation = revocations.ofSession(options.sessionId, now)
    const ended = await withTransaction(db, async (tx) => {
      const first = await repository.revokeSession(tx, {
        id: options.sessionId,
        userId: options.userId,
        reason: options.reason,
        now,
      })
      if (!first) return false
      await revocations.record(tx, [entry])
      await recordEvent(tx, {
        action: options.reason === 'reuse' ? 'authn_token_reuse' : 'session_ended',
        outcome: options.reason === 'reuse' ? 'denied' : 'success',
        actor: options.actor,
        targets: [
          { type: 'session', id: options.sessionId },
          ...(options.userId === undefined ? [] : [{ type: 'user', id: options.userId }]),
        ],
        request: options.request,
        occurredAt: now,
        metadata: { reason: options.reason },
      })
      return true
    })
    if (ended) await revocations.announce([entry])
    return ended
  }

  /** Is the presented token the living one, or the one before it? */
  function isHeldBy(session: Session, presented: RefreshToken): boolean {
    const hash = hashSecret(presented.secret)
    return session.currentHash.equals(hash) || (session.previousHash?.equals(hash) ?? false)
  }

  return {
    end,

    /**
     * Starts a session for a user whose password was just verified.
     *
     * @returns undefined when the account changed meanwhile (disabled, deleted, another password): as if the
     * password had been wrong
     */
    async start(input: {
      user: User
      transport: Session['transport']
      amr: string[]
      request: RequestInfo
    }): Promise<SignedIn | undefined> {
      const now = clock()
      const secret = newSecret()
      const session: Session = {
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
        idleExpiresAt: idleExpiry(now),
        absoluteExpiresAt: new Date(now.getTime() + config.SESSION_MAX_DAYS * dayMs),
        revokedAt: null,
        revokeReason: null,
        ip: input.request.ip,
        userAgent: input.request.userAgent,
        lastSeenAt: now,
        createdAt: now,
      }
      const user = await withTransaction(db, async (tx) => {
        await repository.insertSession(tx, session)
        // After the insert, which waits for whoever is changing the user: see `lockUser`.
        const current = await findUser(tx, session.userId)
        if (!current || current.disabledAt || current.passwordHash !== input.user.passwordHash)
          throw new AccountChanged()
        await recordEvent(tx, {
          action: 'authn_login_success',
          outcome: 'success',
          actor: { type: 'user', id: current.id },
          targets: [{ type: 'session', id: session.id }],
          request: input.request,
          occurredAt: now,
        })
        return current
      }).catch((error: unknown) => {
        // A user deleted meanwhile shows as a missing foreign key.
        if (error instanceof AccountChanged || isForeignKeyViolation(error)) return undefined
        throw error
      })
      if (!user) return undefined
      return {
        session,
        user,
        refreshToken: tokens.encode({ sessionId: session.id, generation: 0, secret }),
        issuedAt: now,
      }
    },

    /** Exchanges a refresh token for its successor, or says why not; reuse ends the session. */
    async refresh(
      presented: RefreshToken | undefined,
      transport: Session['transport'],
      request: RequestInfo,
    ): Promise<RefreshOutcome> {
      const outcome = await rotate(presented, transport, request)
      authMetrics.refreshes.inc({ outcome: outcome.kind })
      return outcome
    },

    /** The token as the codec reads it; undefined when we did not make it. */
    decode: tokens.decode,

    /** The living session of a living refresh token, without touching it. */
    async peek(token: string): Promise<Session | undefined> {
      const presented = tokens.decode(token)
      const session = presented && (await repository.findSession(db, presented.sessionId))
      if (!session || session.revokedAt || !session.currentHash.equals(hashSecret(presented.secret)))
        return undefined
      const now = clock()
      return session.idleExpiresAt > now && session.absoluteExpiresAt > now ? session : undefined
    },

    /** Ends the session of a refresh token that its holder gives back. Any other token is none of our business. */
    async logout(token: string | undefined, request: RequestInfo): Promise<void> {
      const presented = token === undefined ? undefined : tokens.decode(token)
      const session = presented && (await repository.findSession(db, presented.sessionId))
      if (!session || !isHeldBy(session, presented)) return
      await end({
        sessionId: session.id,
        reason: 'logout',
        actor: { type: 'user', id: session.userId },
        request,
      })
    },

    /** Ends all sessions of a user but one. @returns how many were ended */
    async endAll(options: {
      userId: string
      exceptSessionId?: string | undefined
      request: RequestInfo
    }): Promise<number> {
      const now = clock()
      const entries = await withTransaction(db, async (tx) => {
        const { userId, exceptSessionId } = options
        const revoked = await endSessionsOfUser(tx, revocations, {
          userId,
          exceptSessionId,
          reason: 'revoked_by_user',
          now,
        })
        await recordEvent(tx, {
          action: 'session_ended',
          outcome: 'success',
          actor: { type: 'user', id: options.userId },
          targets: [{ type: 'user', id: options.userId }],
          request: options.request,
          occurredAt: now,
          metadata: { reason: 'revoked_by_user', sessions: revoked.length },
        })
        return revoked
      })
      await revocations.announce(entries)
      return entries.length
    },

    list: (query: Range & { userId: string }) => repository.listSessions(db, { ...query, now: clock() }),
  }

  async function rotate(
    presented: RefreshToken | undefined,
    transport: Session['transport'],
    request: RequestInfo,
  ): Promise<RefreshOutcome> {
    if (!presented) return { kind: 'invalid' }
    const now = clock()
    const salt = newRotationSalt()
    const successor = tokens.successorOf(presented.secret, salt)
    const rotated = await repository.rotateSession(
      db,
      { ...presented, hash: hashSecret(presented.secret), transport },
      {
        hash: hashSecret(successor),
        salt,
        idleExpiresAt: idleExpiry(now),
        ip: request.ip,
        userAgent: request.userAgent,
      },
      now,
    )
    if (rotated) return signedIn('rotated', rotated, successor, now)

    const session = await repository.findSession(db, presented.sessionId)
    const decision = decideRefusedRotation(tokens, presented, transport, session, now)
    switch (decision.kind) {
      case 'replay':
        return session ? signedIn('replay', session, decision.successor, now) : { kind: 'invalid' }
      case 'reuse':
        await end({
          sessionId: presented.sessionId,
          userId: session?.userId,
          reason: 'reuse',
          // Not the address: the log outlives it. It stands among what is personal and can be erased.
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

  async function signedIn(
    kind: 'rotated' | 'replay',
    session: Session,
    secret: Buffer,
    issuedAt: Date,
  ): Promise<RefreshOutcome> {
    // After the rotation, never in it: whoever changes the user holds the session's row until it is done. A replay
    // has waited for no row: read without waiting, it could get the old roles with an issue time after their end.
    const find = kind === 'rotated' ? findUser : findSettledUser
    const user = await find(db, session.userId)
    if (!user || user.disabledAt) return { kind: 'revoked' }
    const refreshToken = tokens.encode({ sessionId: session.id, generation: session.generation, secret })
    return { kind, signedIn: { session, user, refreshToken, issuedAt } }
  }
}
