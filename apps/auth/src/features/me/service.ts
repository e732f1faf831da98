import { type Db, withTransaction } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { requireAnotherAdmin } from '../accounts/last-admin.ts'
import { findUser, lockUser, type User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import * as repository from './repository.ts'

export type MeService = ReturnType<typeof createMeService>

/** What people do with their own account. */
export function createMeService(deps: { db: Db; clock: () => Date; revocations: Revocations }) {
  const { db, clock, revocations } = deps
  return {
    /** @throws `user_not_found` when the account was deleted while its token lives */
    async read(id: string): Promise<User> {
      const user = await findUser(db, id)
      if (!user) throw problem('user_not_found')
      return user
    },

    async rename(id: string, name: string, request: RequestInfo): Promise<User> {
      const user = await withTransaction(db, async (tx) => {
        const renamed = await repository.renameUser(tx, id, name)
        if (renamed)
          await recordEvent(tx, {
            action: 'user_updated',
            outcome: 'success',
            actor: { type: 'user', id },
            request,
            occurredAt: clock(),
          })
        return renamed
      })
      if (!user) throw problem('user_not_found')
      return user
    },

    /** Deletes the account and takes back all its tokens. The caller has verified the password. */
    async delete(id: string, request: RequestInfo): Promise<void> {
      const entry = await withTransaction(db, async (tx) => {
        const user = await lockUser(tx, id)
        if (!user) throw problem('user_not_found')
        await requireAnotherAdmin(tx, user)
        const revocation = revocations.ofSubject(id, clock())
        await repository.deleteUser(tx, id)
        await revocations.record(tx, [revocation])
        await recordEvent(tx, {
          action: 'user_deleted',
          outcome: 'success',
          actor: { type: 'user', id },
          request,
          occurredAt: clock(),
        })
        return revocation
      })
      await revocations.announce([entry])
    },
  }
}
