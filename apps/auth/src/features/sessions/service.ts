import type { Range } from '@fondasi/service'
import { endAllSessions, endSession } from './end-session.ts'
import { findLiveSession, logout } from './presented-session.ts'
import { type RefreshDeps, refreshSession } from './refresh-session.ts'
import { listSessions } from './repository.ts'
import { startSession } from './start-session.ts'

export type SessionService = ReturnType<typeof createSessionService>

/** What can be done with sessions: start, refresh, find, end. Each is a function in a file of its own. */
export function createSessionService(deps: RefreshDeps) {
  const { db, clock, tokens } = deps
  return {
    start: startSession.bind(undefined, deps),
    refresh: refreshSession.bind(undefined, deps),
    /** @returns undefined when this service did not make the token */
    decode: tokens.decode,
    findLive: findLiveSession.bind(undefined, deps),
    list: (query: Range & { userId: string }) => listSessions(db, { ...query, now: clock() }),
    logout: logout.bind(undefined, deps),
    end: endSession.bind(undefined, deps),
    endAll: endAllSessions.bind(undefined, deps),
  }
}
