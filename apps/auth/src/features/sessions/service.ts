import type { Range } from '@fondasi/service'
import { endAllSessions, endSession } from './end-session.ts'
import { findLiveSession, findSessionOf, logout } from './presented-session.ts'
import { type RefreshDeps, refreshSession } from './refresh-session.ts'
import { listSessions } from './repository.ts'
import { type StartDeps, startSession } from './start-session.ts'

export type SessionService = ReturnType<typeof createSessionService>

/** Starting, refreshing, finding and ending sessions. Each is a function in a file of its own. */
export function createSessionService(deps: RefreshDeps & StartDeps) {
  const { db, clock, tokens } = deps
  return {
    start: startSession.bind(undefined, deps),
    refresh: refreshSession.bind(undefined, deps),
    /** @returns undefined when the token is not one of this service */
    decode: tokens.decode,
    findLive: findLiveSession.bind(undefined, deps),
    findOf: findSessionOf.bind(undefined, deps),
    list: (query: Range & { userId: string }) => listSessions(db, { ...query, now: clock() }),
    logout: logout.bind(undefined, deps),
    end: endSession.bind(undefined, deps),
    endAll: endAllSessions.bind(undefined, deps),
  }
}
