import type { Tx } from '@fondasi/postgres'
import { endSessionsOfUser } from '../accounts/end-sessions.ts'
import { lockUser } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { revokeSession } from './repository.ts'

export interface EndDeps {
  clock: () => Date
  revocations: Revocations
}

export interface EndedSession {
  sessionId: string
  /** When set, the session ends only if it belongs to this user. */
  userId?: string | undefined
  reason: 'logout' | 'revoked_by_user' | 'reuse'
  actor: { type: 'user' | 'anonymous'; id: string }
  request: RequestInfo
}

/** Ends one session. @returns true for exactly one of several concurrent callers: that one has recorded the event */
export async function endSession(deps: EndDeps, ending: EndedSession): Promise<boolean> {
  const now = deps.clock()
  const { isFirst } = await deps.revocations.run(async (tx) => {
    const isFirst = await revokeSession(tx, { ...ending, id: ending.sessionId, now })
    if (!isFirst) return { isFirst, revoked: [] }
    await recordEnd(tx, ending, now)
    return { isFirst, revoked: [deps.revocations.ofSession(ending.sessionId)] }
  })
  return isFirst
}

function recordEnd(tx: Tx, ending: EndedSession, occurredAt: Date): Promise<void> {
  const { sessionId, userId, reason, actor, request } = ending
  return recordEvent(tx, {
    action: reason === 'reuse' ? 'authn_token_reuse' : 'session_ended',
    outcome: reason === 'reuse' ? 'denied' : 'success',
    actor,
    targets: [
      { type: 'session', id: sessionId },
      ...(userId === undefined ? [] : [{ type: 'user', id: userId }]),
    ],
    request,
    occurredAt,
    metadata: { reason },
  })
}

/** Ends the user's sessions, except `exceptSessionId`. */
export async function endAllSessions(
  deps: EndDeps,
  options: { userId: string; exceptSessionId?: string | undefined; request: RequestInfo },
): Promise<void> {
  const { userId, exceptSessionId, request } = options
  const now = deps.clock()
  const reason = 'revoked_by_user'
  await deps.revocations.run(async (tx) => {
    // In the same order as every change of a user and every login, so that no two of them deadlock.
    await lockUser(tx, userId)
    const revoked = await endSessionsOfUser(tx, deps.revocations, { userId, exceptSessionId, reason, now })
    await recordEvent(tx, {
      action: 'session_ended',
      outcome: 'success',
      actor: { type: 'user', id: userId },
      targets: [{ type: 'user', id: userId }],
      request,
      occurredAt: now,
      metadata: { reason, sessions: revoked.length },
    })
    return { revoked }
  })
}
