import type { Revocation } from '@fondasi/access'
import type { Tx } from '@fondasi/postgres'
import type { Revocations } from '../revocations/service.ts'
import { revokeSessionsOfUser } from './repository.ts'

/**
 * Ends the live sessions of a user in the caller's transaction, except `exceptSessionId`, and records that their
 * access tokens are revoked.
 *
 * @returns one revocation per ended session, for the caller to announce after the commit
 */
export async function endSessionsOfUser(
  tx: Tx,
  revocations: Revocations,
  options: Parameters<typeof revokeSessionsOfUser>[1],
): Promise<Revocation[]> {
  const ids = await revokeSessionsOfUser(tx, options)
  const entries = ids.map((id) => revocations.ofSession(id, options.now))
  await revocations.record(tx, entries)
  return entries
}
