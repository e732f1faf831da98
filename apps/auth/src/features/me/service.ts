import { type Db, withTransaction } from '@fondasi/postgres'
import { readDatabaseTime } from '../../db/database-time.ts'
import { problem } from '../../errors.ts'
import { requireAnotherAdmin } from '../accounts/last-admin.ts'
import { findUser, lockUser, type User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import * as repository from './repository.ts'

export interface MeDeps {
  db: Db
  clock: () => Date
  revocations: Revocations
}

export type MeService = ReturnType<typeof createMeService>

/** What users do with their own account. */
export function createMeService(deps: MeDeps) {
  return {
    read: read.bind(undefined, deps),
    rename: rename.bind(undefined, deps),
    delete: deleteAccount.bind(undefined, deps),
  }
}

/** @throws `user_not_found` when the account was deleted and its access token has not expired yet */
async function read({ db }: MeDeps, id: string): Promise<User> {
  const user = await findUser(db, id)
  if (!user) throw problem('user_not_found')
  return user
}

async function rename({ db, clock }: MeDeps, id: string, name: string, request: RequestInfo): Promise<User> {
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
}

/** Deletes the account and revokes all its tokens. The caller has verified the password. */
async function deleteAccount(
  { clock, revocations }: MeDeps,
  id: string,
  request: RequestInfo,
): Promise<void> {
  await revocations.run(async (tx) => {
    const user = await lockUser(tx, id)
    if (!user) throw problem('user_not_found')
    await requireAnotherAdmin(tx, user)
    // Read after the locks were taken: every token issued before them is older than this time.
    const revocation = revocations.ofSubject(id, await readDatabaseTime(tx))
    await repository.deleteUser(tx, id)
    await recordEvent(tx, {
      action: 'user_deleted',
      outcome: 'success',
      actor: { type: 'user', id },
      request,
      occurredAt: clock(),
    })
    return { revoked: [revocation] }
  })
}
