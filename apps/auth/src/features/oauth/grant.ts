import { type Db, withTransaction } from '@fondasi/postgres'
import type { Config } from '../../config.ts'
import { type Client, holdClient } from '../clients/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import { accessClaims } from '../keys/access-token.ts'
import { OAuthError } from './oauth-error.ts'

export interface GrantDeps {
  db: Db
  clock: () => Date
  config: Config
}

/**
 * Decides on a client's request for a token and records it.
 *
 * @param requested scope tokens separated by spaces; undefined requests all scopes of the client
 * @returns the claims of the token, to be signed
 * @throws {OAuthError} `invalid_scope` for a scope that the client does not have
 */
export async function grantToken(
  { db, clock, config }: GrantDeps,
  client: Client,
  requested: string | undefined,
  request: RequestInfo,
) {
  const scope = grantedScope(client, requested)
  const issuedAt = await withTransaction(db, async (tx) => {
    if (!(await holdClient(tx, client.id))) throw new OAuthError('invalid_client', 'The client was deleted')
    // Read while the client is held: a deletion waits for this transaction and then revokes up to a later time.
    const now = clock()
    await recordEvent(tx, {
      action: 'authn_token_created',
      outcome: 'success',
      actor: { type: 'service', id: client.id },
      request,
      occurredAt: now,
    })
    return now
  })
  return accessClaims({ config, issuedAt, subject: client.id, clientId: client.id, roles: [], scope })
}

function grantedScope(client: Client, requested: string | undefined): string[] {
  if (requested === undefined) return client.scopes
  const scope = [...new Set(requested.split(' '))]
  if (scope.every((token) => client.scopes.includes(token))) return scope
  throw new OAuthError('invalid_scope', 'The client does not have every scope that it asks for')
}
