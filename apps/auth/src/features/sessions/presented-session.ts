import type { Db } from '@fondasi/postgres'
import type { RequestInfo } from '../events/security-event.ts'
import { type EndDeps, endSession } from './end-session.ts'
import { hashSecret, type RefreshToken, type RefreshTokens } from './refresh-token.ts'
import { findSession, type Session } from './repository.ts'
import { hasExpired } from './session-lifetime.ts'

interface FindDeps {
  db: Db
  clock: () => Date
  tokens: RefreshTokens
}

/** The live session whose current refresh token this is. Reads only. */
export async function findLiveSession(deps: FindDeps, token: string): Promise<Session | undefined> {
  const presented = deps.tokens.decode(token)
  const session = presented && (await findSession(deps.db, presented.sessionId))
  if (!session || session.revokedAt || hasExpired(session, deps.clock())) return undefined
  return session.currentHash.equals(hashSecret(presented.secret)) ? session : undefined
}

/** Ends the session whose current or previous refresh token this is. Does nothing for any other token. */
export async function logout(deps: FindDeps & EndDeps, token: string, request: RequestInfo): Promise<void> {
  const presented = deps.tokens.decode(token)
  const session = presented && (await findSession(deps.db, presented.sessionId))
  if (!session || !isHeldBy(session, presented)) return
  const actor = { type: 'user', id: session.userId } as const
  await endSession(deps, { sessionId: session.id, reason: 'logout', actor, request })
}

function isHeldBy(session: Session, presented: RefreshToken): boolean {
  const hash = hashSecret(presented.secret)
  return session.currentHash.equals(hash) || (session.previousHash?.equals(hash) ?? false)
}
