import { z } from 'zod'

/** Who sent the request, according to the access token. */
export interface Principal {
  kind: 'user' | 'service'
  /** The token's `sub`: a user id or a client id. */
  id: string
  clientId: string
  tenant: string
  /** Only the static policy reads them. */
  roles: readonly string[]
  /** Permissions granted to the token itself; empty for a user's own tokens. */
  scope: readonly string[]
  /** The session behind a user's token; a service's token has none. */
  sessionId: string | undefined
  tokenId: string
  /** Milliseconds since the epoch. */
  issuedAtMs: number
  expiresAtMs: number
}

// Claims of an access token (RFC 9068). The required ones are checked here because fast-jwt accepts a token that lacks a
// claim it was told to check.
const claimsOf = (issuer: string, audience: string) =>
  z.object({
    iss: z.literal(issuer),
    aud: z.union([z.literal(audience), z.array(z.string()).refine((all) => all.includes(audience))]),
    sub: z.string().min(1),
    client_id: z.string().min(1),
    iat: z.number(),
    exp: z.number(),
    nbf: z.number().optional(),
    jti: z.uuid(),
    tenant: z.string().min(1),
    roles: z.array(z.string()),
    scope: z.string(),
    sid: z.uuid().optional(),
  })

/**
 * Makes the function that reads the principal from a verified token's claims. It returns undefined when a claim is
 * missing, has the wrong type, or names another issuer or audience.
 */
export function toPrincipal(issuer: string, audience: string): (claims: unknown) => Principal | undefined {
  const schema = claimsOf(issuer, audience)
  return (claims) => {
    const parsed = schema.safeParse(claims)
    if (!parsed.success) return undefined
    const token = parsed.data
    return {
      kind: token.sid === undefined ? 'service' : 'user',
      id: token.sub,
      clientId: token.client_id,
      tenant: token.tenant,
      roles: token.roles,
      scope: token.scope.split(' ').filter((permission) => permission !== ''),
      sessionId: token.sid,
      tokenId: token.jti,
      issuedAtMs: issueTimeMs(token.jti) ?? token.iat * 1000,
      expiresAtMs: token.exp * 1000,
    }
  }
}

/**
 * `iat` counts whole seconds, which is too coarse to tell whether a token was issued before or after a role was removed.
 * The kit's token ids are UUIDv7, whose first 48 bits are the time in milliseconds (RFC 9562, section 5.7).
 */
function issueTimeMs(tokenId: string): number | undefined {
  return tokenId[14] === '7' ? Number.parseInt(tokenId.replace('-', '').slice(0, 12), 16) : undefined
}
