import type { Revocation } from '@fondasi/access'
import type { Tx } from '@fondasi/postgres'
import type { Revocations } from '../revocations/service.ts'
import { revokeSessionsOfUser } from './repository.ts'

/**
 * Ends the live sessions of a user in the caller's transaction, except `exceptSessionId`.
 *
 * @returns the revocations of their access tokens, which the caller gives to `revocations.run`
 */
export async function endSessionsOfUser(
  tx: Tx,
  revocations: Revocations,
  options: Parameters<typeof revokeSessionsOfUser>[1],
): Promise<Revocation[]> {
  const ids = await revokeSessionsOfUser(tx, options)
  return ids.map((id) => revocations.ofSession(id))
}
