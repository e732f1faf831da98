import { z } from 'zod'

/** Who makes the request, as the access token says. */
export interface Principal {
  kind: 'user' | 'service'
  /** The token's `sub`: a user id or a client id. */
  id: string
  clientId: string
  tenant: string
  /** Feeds the static policy only. */
  roles: readonly string[]
  /** Permissions granted to the token itself; empty for a user's own tokens. */
  scope: readonly string[]
  /** The session behind a user's token. */
  sessionId: string | undefined
  /** How the user signed in (RFC 8176) and when, in seconds since the epoch. */
  authTime: number | undefined
  tokenId: string
  /** The claim `iat`, in seconds since the epoch. */
  iat: number
  /** The issue time that revocations are compared with, in milliseconds since the epoch. */
  issuedAtMs: number
  expiresAtMs: number
}

// Claims of an access token (RFC 9068). Every one is required and typed here, since fast-jwt passes a token that
// simply lacks the claim it was told to check.
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
    amr: z.array(z.string()).optional(),
    auth_time: z.number().optional(),
  })

/**
 * A function that reads the principal from a verified token's claims, or gives undefined when one is missing, has
 * the wrong type or names another issuer or audience.
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
      authTime: token.auth_time,
      tokenId: token.jti,
      iat: token.iat,
      issuedAtMs: issueTimeMs(token.jti) ?? token.iat * 1000,
      expiresAtMs: token.exp * 1000,
    }
  }
}

/**
 * `iat` counts whole seconds, too coarse to tell a token made just before a role was taken away from one made just
 * after. The kit's token ids are UUIDv7, whose first 48 bits are the time in milliseconds (RFC 9562, 5.7).
 */
function issueTimeMs(tokenId: string): number | undefined {
  return tokenId[14] === '7' ? Number.parseInt(tokenId.replace('-', '').slice(0, 12), 16) : undefined
}
