import type { Tx } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { hasOtherAdmin, lockAdministration, type User } from './repository.ts'

/**
 * Refuses to remove the last administrator: nobody could appoint another.
 *
 * @param user who is about to lose the role, the account or the access to it
 * @throws `last_admin`
 */
export async function requireAnotherAdmin(tx: Tx, user: User): Promise<void> {
  if (!user.roles.includes('admin') || user.disabledAt) return
  await lockAdministration(tx)
  if (!(await hasOtherAdmin(tx, user.id))) throw problem('last_admin')
}
