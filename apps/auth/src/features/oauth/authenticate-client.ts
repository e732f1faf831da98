import type { Db } from '@fondasi/postgres'
import { isClientSecret } from '../clients/client-secret.ts'
import { type Client, findClient } from '../clients/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { ClientCredentials } from './client-credentials.ts'
import { OAuthError } from './oauth-error.ts'

export type Authentication =
  | { kind: 'client'; client: Client }
  | { kind: 'public'; id: string }
  | { kind: 'wrong' }

/**
 * Authenticates a client. A client that has a secret must send it. An id that belongs to no such client is accepted as
 * that of a public client.
 *
 * @throws {OAuthError} `invalid_request` for credentials in two places
 */
export async function authenticateClient(
  { db, clock }: { db: Db; clock: () => Date },
  credentials: ClientCredentials,
): Promise<Authentication> {
  if (credentials.kind === 'twice') {
    throw new OAuthError('invalid_request', 'Authenticate in the header or in the body, not in both')
  }
  if (credentials.kind === 'none' || credentials.kind === 'invalid') return { kind: 'wrong' }
  const client = await findClient(db, credentials.id)
  if (credentials.kind === 'public') return client ? { kind: 'wrong' } : credentials
  return client && isClientSecret(client, credentials.secret, clock())
    ? { kind: 'client', client }
    : { kind: 'wrong' }
}

export function recordFailedAuthentication(
  { db, clock }: { db: Db; clock: () => Date },
  request: RequestInfo,
): Promise<void> {
  return recordEvent(db, {
    action: 'authn_login_fail',
    outcome: 'failure',
    // Not the id that was sent: it may contain anything.
    actor: { type: 'anonymous', id: 'anonymous' },
    request,
    occurredAt: clock(),
    metadata: { method: 'client_secret' },
  })
}
