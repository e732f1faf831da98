import { hash } from 'node:crypto'
import type { JWT } from '@fastify/jwt'
import type { KeySource } from './keys.ts'
import { type Principal, toPrincipal } from './principal.ts'
import type { RevocationList } from './revocation-list.ts'

/** The clocks of two maintained machines differ by less. */
const clockToleranceMs = 5_000
/** Verifying a token and reading its claims costs about 100 µs, a lookup 2 µs. */
const maxVerifiedTokens = 10_000
/** Our tokens have about 700 bytes. We refuse longer ones before we hash or decode them. */
const maxTokenLength = 4_096
/**
 * The last base64url character of a 64-byte ES256 signature has four unused bits, which decoders ignore. We accept only
 * the encoding with zeros there, so that each token has exactly one spelling.
 */
const canonicalEnd = /[AQgw]$/

/** A token was refused because of its header. */
class UntrustedHeader extends Error {}

interface VerifiedToken {
  principal: Principal
  kid: string
  key: string
}

/**
 * Makes the function that verifies access tokens (RFC 9068): ES256 only, keys by exact `kid`, every claim required.
 *
 * Verified tokens are cached. What can change afterwards is checked on every call: the key, the expiry and the
 * revocations.
 *
 * @returns the principal of a token, or undefined when the token must be refused; throws when no keys are known
 */
export function createTokenVerifier(
  jwt: JWT,
  options: {
    issuer: string
    audience: string
    keys: Pick<KeySource, 'publicKey'>
    revocations: RevocationList
    clock: () => Date
  },
): (token: string) => Promise<Principal | undefined> {
  const { revocations, clock } = options
  const principalOf = toPrincipal(options.issuer, options.audience)
  /** By hash, so that no token stays in memory after its request. */
  const verified = new Map<string, VerifiedToken>()

  const keyOf = (kid: string) => (revocations.isKeyRevoked(kid) ? undefined : options.keys.publicKey(kid))

  async function verify(token: string): Promise<Principal | undefined> {
    const id = hash('sha256', token, 'base64')
    const known = verified.get(id)
    if (known && (await keyOf(known.kid)) === known.key) return known.principal

    const kid = trustedKid(jwt.decode(token, { complete: true }))
    const key = await keyOf(kid)
    if (key === undefined) throw new UntrustedHeader()
    const claims: unknown = jwt.verify(token, {
      key,
      algorithms: ['ES256'],
      // `isCurrent` checks the expiry, by the injected clock and for cached tokens too.
      ignoreExpiration: true,
      clockTolerance: clockToleranceMs,
    })
    const principal = principalOf(claims)
    if (principal) keep(id, { principal, kid, key })
    return principal
  }

  function keep(id: string, token: VerifiedToken): void {
    const [oldest] = verified.keys()
    if (oldest !== undefined && verified.size >= maxVerifiedTokens) verified.delete(oldest)
    verified.set(id, token)
  }

  function isCurrent(principal: Principal): boolean {
    const isExpired = principal.expiresAtMs + clockToleranceMs <= clock().getTime()
    return !isExpired && !revocations.isRevoked(principal)
  }

  return async (token) => {
    if (token.length > maxTokenLength || !canonicalEnd.test(token)) return undefined
    try {
      const principal = await verify(token)
      return principal && isCurrent(principal) ? principal : undefined
    } catch (error) {
      if (isTokenError(error)) return undefined
      throw error
    }
  }
}

/** The key that the header names. @throws {UntrustedHeader} when the header is not one that auth writes */
function trustedKid(decoded: unknown): string {
  const header = headerOf(decoded)
  const isTrusted = header['alg'] === 'ES256' && header['typ'] === 'at+jwt' && header['crit'] === undefined
  if (!isTrusted || typeof header['kid'] !== 'string') throw new UntrustedHeader()
  return header['kid']
}

function headerOf(decoded: unknown): Record<string, unknown> {
  if (typeof decoded !== 'object' || decoded === null || !('header' in decoded)) return {}
  const { header } = decoded
  return typeof header === 'object' && header !== null ? { ...header } : {}
}

/**
 * Whether an error is the token's fault. @fastify/jwt and fast-jwt mark theirs by code, and give some of them status 500
 * or 400. Any other error is ours, such as a key source without keys.
 */
function isTokenError(error: unknown): boolean {
  if (error instanceof UntrustedHeader || error instanceof SyntaxError) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(FAST_JWT_|FST_JWT_)/.test(code)
}
