import type { Db } from '@fondasi/postgres'
import type { RequestInfo } from '../events/security-event.ts'
import { type EndDeps, endSession } from './end-session.ts'
import { hashSecret, type RefreshTokens } from './refresh-token.ts'
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

/**
 * The session that a refresh token belongs to, also when the token has been rotated since. Its tag proves that this
 * service issued it for that session.
 */
export async function findSessionOf(
  { db, tokens }: Pick<FindDeps, 'db' | 'tokens'>,
  token: string,
): Promise<Session | undefined> {
  const presented = tokens.decode(token)
  return presented && (await findSession(db, presented.sessionId))
}

/** Ends the session that a refresh token belongs to. Does nothing if the token is not one of this service. */
export async function logout(deps: FindDeps & EndDeps, token: string, request: RequestInfo): Promise<void> {
  const session = await findSessionOf(deps, token)
  if (!session) return
  const actor = { type: 'user', id: session.userId } as const
  await endSession(deps, { sessionId: session.id, reason: 'logout', actor, request })
}
