import type { Access, Principal } from '@fondasi/access'
import { type Db, withTransaction } from '@fondasi/postgres'
import type { Config } from '../../config.ts'
import { isClientSecret } from '../clients/client-secret.ts'
import { type Client, findClient, holdClient } from '../clients/repository.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import { accessClaims } from '../keys/access-token.ts'
import type { Revocations } from '../revocations/service.ts'
import type { SessionService } from '../sessions/service.ts'
import type { ClientCredentials } from './client-credentials.ts'
import { OAuthError } from './oauth-error.ts'

export type Authentication =
  | { kind: 'client'; client: Client }
  | { kind: 'public'; id: string }
  | { kind: 'wrong' }

/** A token that lives, and the client that it was issued to. */
type LivingToken =
  | { kind: 'access'; clientId: string; principal: Principal }
  | { kind: 'refresh'; clientId: string; userId: string; expiresAt: Date }

export type OAuthService = ReturnType<typeof createOAuthService>

/** What OAuth clients do at the token, introspection and revocation endpoints. */
export function createOAuthService(deps: {
  db: Db
  clock: () => Date
  config: Config
  access: Access
  sessions: SessionService
  revocations: Revocations
}) {
  const { db, clock, config, access, sessions, revocations } = deps

  async function findLiving(token: string): Promise<LivingToken | undefined> {
    const session = await sessions.peek(token)
    if (session) {
      const { clientId, userId, idleExpiresAt, absoluteExpiresAt } = session
      const expiresAt = idleExpiresAt < absoluteExpiresAt ? idleExpiresAt : absoluteExpiresAt
      return { kind: 'refresh', clientId, userId, expiresAt }
    }
    const principal = await access.inspect(token)
    return principal && { kind: 'access', clientId: principal.clientId, principal }
  }

  return {
    /** Who is it? A client with a secret must show it; a name that has none is taken for a public client. */
    async authenticate(credentials: ClientCredentials): Promise<Authentication> {
      if (credentials.kind === 'twice') {
        throw new OAuthError('invalid_request', 'Authenticate in the header or in the body, not in both')
      }
      if (credentials.kind === 'none' || credentials.kind === 'invalid') return { kind: 'wrong' }
      const client = await findClient(db, credentials.id)
      if (credentials.kind === 'public') return client ? { kind: 'wrong' } : credentials
      return client && isClientSecret(client, credentials.secret, clock())
        ? { kind: 'client', client }
        : { kind: 'wrong' }
    },

    recordFailure: (request: RequestInfo) =>
      recordEvent(db, {
        action: 'authn_login_fail',
        outcome: 'failure',
        // Not the name that was tried: anybody can write anything there.
        actor: { type: 'anonymous', id: 'anonymous' },
        request,
        occurredAt: clock(),
        metadata: { method: 'client_secret' },
      }),

    /**
     * Claims of a token for a client, to be signed.
     *
     * @param requested scope tokens separated by spaces; all of the client's when undefined
     * @throws {OAuthError} `invalid_scope` for more than the client has
     */
    async grant(client: Client, requested: string | undefined, request: RequestInfo) {
      const scope = requested === undefined ? client.scopes : [...new Set(requested.split(' '))]
      if (!scope.every((token) => client.scopes.includes(token))) {
        throw new OAuthError('invalid_scope', 'The client does not have every scope that it asks for')
      }
      const issuedAt = await withTransaction(db, async (tx) => {
        if (!(await holdClient(tx, client.id)))
          throw new OAuthError('invalid_client', 'The client was deleted')
        // While the client is held: whoever deletes it waits, and revokes up to a later moment than this.
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
    },

    /** RFC 7662: what a token says, for a service that cannot verify it itself. */
    async introspect(token: string) {
      const living = await findLiving(token)
      if (!living) return { active: false }
      if (living.kind === 'refresh') {
        const { clientId: client_id, userId: sub, expiresAt } = living
        const exp = Math.floor(expiresAt.getTime() / 1000)
        return {
          active: true,
          token_type: 'refresh_token' as const,
          client_id,
          sub,
          iss: config.AUTH_ISSUER,
          exp,
        }
      }
      const { principal } = living
      return {
        active: true,
        token_type: 'Bearer' as const,
        client_id: principal.clientId,
        sub: principal.id,
        scope: principal.scope.join(' '),
        iss: config.AUTH_ISSUER,
        aud: config.AUTH_AUDIENCE,
        jti: principal.tokenId,
        iat: Math.floor(principal.issuedAtMs / 1000),
        exp: Math.floor(principal.expiresAtMs / 1000),
      }
    },

    /**
     * RFC 7009. A person's token takes its whole session with it. An access token of a service takes those that the
     * service was given before it: single tokens are not kept anywhere.
     *
     * @throws {OAuthError} `invalid_grant` when the token was issued to another client
     */
    async revoke(token: string, clientId: string, request: RequestInfo): Promise<void> {
      const living = await findLiving(token)
      // What is not valid (any more) is what the client wanted (section 2.2).
      if (!living) return
      if (living.clientId !== clientId) {
        throw new OAuthError('invalid_grant', 'The token was issued to another client')
      }
      if (living.kind === 'refresh') return sessions.logout(token, request)
      const { principal } = living
      if (principal.sessionId !== undefined) {
        const actor = { type: 'user', id: principal.id } as const
        await sessions.end({ sessionId: principal.sessionId, reason: 'logout', actor, request })
        return
      }
      const entry = revocations.ofSubject(principal.id, new Date(principal.issuedAtMs))
      await withTransaction(db, async (tx) => {
        await revocations.record(tx, [entry])
        const actor = { type: 'service', id: principal.id } as const
        await recordEvent(tx, {
          action: 'authn_token_revoked',
          outcome: 'success',
          actor,
          request,
          occurredAt: clock(),
        })
      })
      await revocations.announce([entry])
    },
  }
}
