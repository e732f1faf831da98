import { hash } from 'node:crypto'
import jwt from '@fastify/jwt'
import { defineProblems, type Problem, type Service } from '@fondasi/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KeySource } from './keys.ts'
import type { Policy } from './policy.ts'
import { type Principal, toPrincipal } from './principal.ts'
import type { RevocationList } from './revocation-list.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `authenticate`; reading it on a route without that hook throws. */
    principal: Principal
  }
}
declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: Principal | undefined
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

export interface Access {
  /** Hook: refuses a request without a valid access token with 401, else sets `request.principal`. */
  authenticate: Hook
  /** Hook factory: like `authenticate`, and 403 unless the policy allows the permission (`resource:action`). */
  requirePermission(permission: string): Hook
  /** Hook: like `authenticate`, and 403 unless the token belongs to a person's session. */
  requireUser: Hook
  /** Hook: like `authenticate`, and 403 unless the token belongs to a service account. */
  requireService: Hook
  /** The principal of a token outside a request (introspection), or undefined when it would be refused. */
  inspect(token: string): Promise<Principal | undefined>
}

const accessProblem = defineProblems({
  missing_token: { status: 401, title: 'An access token is needed' },
  invalid_token: { status: 401, title: 'The access token is not valid' },
  insufficient_scope: { status: 403, title: 'You may not do this' },
})

/** A token refused for its header; only ever answered as `invalid_token`. */
class UntrustedHeader extends Error {}

/** Clocks of two machines differ by less when they are looked after at all. */
const clockToleranceMs = 5_000
/** Verified tokens that are remembered: to verify one and read its claims costs 100 µs, a look-up 2. */
const maxRemembered = 10_000
/** Ours are about 700 bytes; nobody needs hashing of 64 kB to be refused. */
const maxTokenLength = 4_096
/**
 * The 64 bytes of an ES256 signature end in a base64url character with four unused bits. Decoders ignore them; here one
 * token has one spelling.
 */
const canonicalEnd = /[AQgw]$/

function isWellSpelt(token: string): boolean {
  return token.length <= maxTokenLength && canonicalEnd.test(token)
}

/**
 * Registers @fastify/jwt for access tokens (RFC 9068): ES256 only, keys by exact `kid`, every claim required.
 * Anything wrong with a token is one answer, 401 `invalid_token`, so that a forger learns nothing.
 *
 * It verifies only: @fastify/jwt would read a changing private key anew for every token that it signs.
 */
export async function registerAccess(
  app: Service,
  options: {
    issuer: string
    audience: string
    keys: KeySource
    revocations: RevocationList
    policy: Policy
    clock: () => Date
  },
): Promise<Access> {
  const principalOf = toPrincipal(options.issuer, options.audience)

  /** By a hash, so that no token lies in memory longer than its request. */
  const remembered = new Map<string, { principal: Principal; kid: string; key: string }>()

  // Each token is verified with the key that it names; there is none for all.
  await app.register(jwt, { secret: () => Promise.reject(new UntrustedHeader()) })
  app.decorateRequest('principal', {
    getter(): Principal {
      if (!this.user) throw new Error('request.principal is read on a route without an access hook')
      return this.user
    },
  })

  /** Who a token speaks for, however old it is; undefined when its claims are not as they must be. */
  async function verify(token: string): Promise<Principal | undefined> {
    const id = hash('sha256', token, 'base64')
    const known = remembered.get(id)
    // A key that was taken back is refused at once.
    if (known && (await options.keys.publicKey(known.kid)) === known.key) return known.principal

    const kid = trustedKid(app.jwt.decode(token, { complete: true }))
    const key = kid === undefined ? undefined : await options.keys.publicKey(kid)
    if (kid === undefined || key === undefined) throw new UntrustedHeader()
    // Expiry is checked below: by the injected clock, and for remembered tokens too.
    const claims: unknown = app.jwt.verify(token, {
      key,
      algorithms: ['ES256'],
      ignoreExpiration: true,
      clockTolerance: clockToleranceMs,
    })
    const principal = principalOf(claims)
    if (!principal) return undefined
    const [oldest] = remembered.keys()
    if (oldest !== undefined && remembered.size >= maxRemembered) remembered.delete(oldest)
    remembered.set(id, { principal, kid, key })
    return principal
  }

  async function inspect(token: string): Promise<Principal | undefined> {
    if (!isWellSpelt(token)) return undefined
    try {
      const principal = await verify(token)
      const isCurrent =
        principal &&
        principal.expiresAtMs + clockToleranceMs > options.clock().getTime() &&
        !options.revocations.isRevoked(principal)
      return isCurrent ? principal : undefined
    } catch (error) {
      if (isTokenError(error)) return undefined
      throw error
    }
  }

  const authenticate: Hook = async (request) => {
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer') throw unauthorized('missing_token')
    request.user = token && rest.length === 0 ? await inspect(token) : undefined
    if (!request.user) throw unauthorized('invalid_token')
  }

  const requireKind =
    (kind: Principal['kind']): Hook =>
    async (request, reply) => {
      await authenticate(request, reply)
      if (request.principal.kind !== kind) throw forbidden(`Only a ${kind} may do this`)
    }

  return {
    authenticate,
    requirePermission: (permission) => async (request, reply) => {
      await authenticate(request, reply)
      if (!options.policy.allows(request.principal, permission))
        throw forbidden(`This needs ${permission}`, permission)
    },
    requireUser: requireKind('user'),
    requireService: requireKind('service'),
    inspect,
  }
}

/** The key that the header names, of a token that is one of ours by its header. */
function trustedKid(decoded: unknown): string | undefined {
  const header = headerOf(decoded)
  const isTrusted = header['alg'] === 'ES256' && header['typ'] === 'at+jwt' && header['crit'] === undefined
  return isTrusted && typeof header['kid'] === 'string' ? header['kid'] : undefined
}

function headerOf(decoded: unknown): Record<string, unknown> {
  if (typeof decoded !== 'object' || decoded === null || !('header' in decoded)) return {}
  const { header } = decoded
  return typeof header === 'object' && header !== null ? { ...header } : {}
}

/**
 * @fastify/jwt and fast-jwt name their errors by code; some come with status 500 or 400, though all of them speak
 * of the token that the client sent. What is left (the key source is away) is not the token's fault.
 */
function isTokenError(error: unknown): boolean {
  if (error instanceof UntrustedHeader || error instanceof SyntaxError) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(FAST_JWT_|FST_JWT_)/.test(code)
}

/** RFC 6750, section 3.1: no error code when no token was sent. */
function unauthorized(code: 'missing_token' | 'invalid_token'): Problem {
  const challenge = code === 'missing_token' ? 'Bearer' : 'Bearer error="invalid_token"'
  return accessProblem(code, { headers: { 'www-authenticate': challenge } })
}

function forbidden(detail: string, scope?: string): Problem {
  const challenge = `Bearer error="insufficient_scope"${scope ? `, scope="${scope}"` : ''}`
  return accessProblem('insufficient_scope', { detail, headers: { 'www-authenticate': challenge } })
}
