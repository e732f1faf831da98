import { isDeepStrictEqual } from 'node:util'
import type { Revocation } from '@fondasi/access'
import type { Db, Tx } from '@fondasi/postgres'
import { readDatabaseTime } from '../../db/database-time.ts'
import { problem } from '../../errors.ts'
import { endSessionsOfUser } from '../accounts/end-sessions.ts'
import { requireAnotherAdmin } from '../accounts/last-admin.ts'
import { findUser, lockUser, type User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent, type SecurityEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import * as repository from './repository.ts'

export interface UserDeps {
  db: Db
  clock: () => Date
  revocations: Revocations
}

export type UserService = ReturnType<typeof createUserService>

/** What administrators do with accounts. They never see or set a password. */
export function createUserService(deps: UserDeps) {
  return {
    read: readUser.bind(undefined, deps),
    list: (query: Parameters<typeof repository.listUsers>[1]) => repository.listUsers(deps.db, query),
    disable: disable.bind(undefined, deps),
    enable: enable.bind(undefined, deps),
    revokeSessions: revokeSessions.bind(undefined, deps),
    setRoles: setRoles.bind(undefined, deps),
  }
}

/** The account, who acts on it, and in which request. Every action throws `user_not_found` if there is no such account. */
interface Action {
  userId: string
  actor: SecurityEvent['actor']
  request: RequestInfo
}

/** @throws `user_not_found` */
async function readUser({ db }: UserDeps, id: string): Promise<User> {
  const user = await findUser(db, id)
  if (!user) throw problem('user_not_found')
  return user
}

/** The user can no longer sign in, and all of the user's tokens are revoked. @throws `last_admin` */
function disable(deps: UserDeps, action: Action): Promise<void> {
  return changeUser(deps, { ...action, event: 'user_disabled' }, async (tx, user, now) => {
    if (user.disabledAt) return undefined
    await requireAnotherAdmin(tx, user)
    await repository.setDisabled(tx, user.id, now)
    return endSessionsOfUser(tx, deps.revocations, { userId: user.id, reason: 'disabled', now })
  })
}

function enable(deps: UserDeps, action: Action): Promise<void> {
  return changeUser(deps, { ...action, event: 'user_enabled' }, async (tx, user) => {
    if (!user.disabledAt) return undefined
    await repository.setDisabled(tx, user.id, null)
    return []
  })
}

function revokeSessions(deps: UserDeps, action: Action): Promise<void> {
  return changeUser(deps, { ...action, event: 'session_ended' }, (tx, user, now) =>
    endSessionsOfUser(tx, deps.revocations, { userId: user.id, reason: 'revoked_by_admin', now }),
  )
}

/**
 * Sessions continue. Access tokens with the old roles are revoked, and the next refresh brings the new roles.
 *
 * @throws `last_admin`
 */
function setRoles(deps: UserDeps, action: Action & { roles: string[] }): Promise<void> {
  const { roles } = action
  const event = 'privilege_permissions_changed'
  const metadata = { roles: roles.join(' ') }
  return changeUser(deps, { ...action, event, metadata }, async (tx, user) => {
    if (isDeepStrictEqual(new Set(roles), new Set(user.roles))) return undefined
    if (!roles.includes('admin')) await requireAnotherAdmin(tx, user)
    await repository.setRoles(tx, user.id, roles)
    // Read after the locks were taken: every token issued before them is older than this time.
    return [deps.revocations.ofSubject(user.id, await readDatabaseTime(tx))]
  })
}

/**
 * Locks a user, applies a change and records its event, all in one transaction.
 *
 * @param apply returns what it revokes; undefined when the user is already as asked: then nothing is recorded
 */
async function changeUser(
  { clock, revocations }: UserDeps,
  change: Action & { event: string; metadata?: Record<string, string> },
  apply: (tx: Tx, user: User, now: Date) => Promise<Revocation[] | undefined>,
): Promise<void> {
  const { userId, actor, request, event, metadata } = change
  await revocations.run(async (tx) => {
    const user = await lockUser(tx, userId)
    if (!user) throw problem('user_not_found')
    const now = clock()
    const revoked = await apply(tx, user, now)
    if (!revoked) return { revoked: [] }
    await recordEvent(tx, {
      action: event,
      outcome: 'success',
      actor,
      targets: [{ type: 'user', id: userId }],
      request,
      occurredAt: now,
      ...(metadata && { metadata }),
    })
    return { revoked }
  })
}
