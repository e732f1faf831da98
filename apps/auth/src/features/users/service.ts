import type { Revocation } from '@fondasi/access'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { endSessionsOfUser } from '../accounts/end-sessions.ts'
import { requireAnotherAdmin } from '../accounts/last-admin.ts'
import { findUser, lockUser, type User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent, type SecurityEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import * as repository from './repository.ts'

export type UserService = ReturnType<typeof createUserService>

/** What administrators do with others' accounts. They never see or set a password. */
export function createUserService(deps: { db: Db; clock: () => Date; revocations: Revocations }) {
  const { db, clock, revocations } = deps

  /** Changes a locked user, and takes back what must not outlive the change. */
  async function change(
    options: {
      userId: string
      actor: SecurityEvent['actor']
      request: RequestInfo
      action: string
      metadata?: Record<string, string | number>
    },
    apply: (tx: Tx, user: User, now: Date) => Promise<Revocation[]>,
  ): Promise<void> {
    const entries = await withTransaction(db, async (tx) => {
      const user = await lockUser(tx, options.userId)
      if (!user) throw problem('user_not_found')
      // After the locks: whatever was issued before them is older than this moment.
      const now = clock()
      const revoked = await apply(tx, user, now)
      await recordEvent(tx, {
        action: options.action,
        outcome: 'success',
        actor: options.actor,
        targets: [{ type: 'user', id: options.userId }],
        request: options.request,
        occurredAt: now,
        ...(options.metadata && { metadata: options.metadata }),
      })
      return revoked
    })
    await revocations.announce(entries)
  }

  return {
    /** @throws `user_not_found` */
    async read(id: string): Promise<User> {
      const user = await findUser(db, id)
      if (!user) throw problem('user_not_found')
      return user
    },

    list: (query: Parameters<typeof repository.listUsers>[1]) => repository.listUsers(db, query),

    /** Nobody signs in any more, and every token is void at once. */
    disable: (options: { userId: string; actor: SecurityEvent['actor']; request: RequestInfo }) =>
      change({ ...options, action: 'user_disabled' }, async (tx, user, now) => {
        await requireAnotherAdmin(tx, user)
        await repository.setDisabled(tx, user.id, user.disabledAt ?? now)
        return endSessionsOfUser(tx, revocations, { userId: user.id, reason: 'disabled', now })
      }),

    enable: (options: { userId: string; actor: SecurityEvent['actor']; request: RequestInfo }) =>
      change({ ...options, action: 'user_enabled' }, async (tx, user) => {
        await repository.setDisabled(tx, user.id, null)
        return []
      }),

    revokeSessions: (options: { userId: string; actor: SecurityEvent['actor']; request: RequestInfo }) =>
      change({ ...options, action: 'session_ended' }, (tx, user, now) =>
        endSessionsOfUser(tx, revocations, { userId: user.id, reason: 'revoked_by_admin', now }),
      ),

    /** Sessions go on; access tokens with the old roles are void at once, the next refresh brings the new ones. */
    setRoles: (options: {
      userId: string
      actor: SecurityEvent['actor']
      roles: string[]
      request: RequestInfo
    }) =>
      change(
        { ...options, action: 'privilege_permissions_changed', metadata: { roles: options.roles.join(' ') } },
        async (tx, user, now) => {
          if (!options.roles.includes('admin')) await requireAnotherAdmin(tx, user)
          await repository.setRoles(tx, user.id, options.roles)
          const revoked = [revocations.ofSubject(user.id, now)]
          await revocations.record(tx, revoked)
          return revoked
        },
      ),
  }
}
