import jwt from '@fastify/jwt'
import { defineProblems, type Problem, type Service } from '@fondasi/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KeySource } from './keys.ts'
import type { Policy } from './policy.ts'
import type { Principal } from './principal.ts'
import type { RevocationList } from './revocation-list.ts'
import { createTokenVerifier } from './token-verifier.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the hooks of `Access`. Reading it on a route without one throws. */
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
  /** Hook: sets `request.principal`, or refuses a request without a valid access token with 401. */
  authenticate: Hook
  /** Hook factory: like `authenticate`, and 403 unless the policy allows the permission (`resource:action`). */
  requirePermission(permission: string): Hook
  /** Hook: like `authenticate`, and 403 unless the token belongs to a person's session. */
  requireUser: Hook
  /** Hook: like `authenticate`, and 403 unless the token belongs to a service account. */
  requireService: Hook
  /** The principal of a token that is not in a header (introspection), or undefined when the token must be refused. */
  inspect(token: string): Promise<Principal | undefined>
}

/** For a request without a token. RFC 6750, section 3: the scheme is followed by at least one parameter. */
export const bearerChallenge = 'Bearer realm="fondasi"'

const accessProblem = defineProblems({
  missing_token: { status: 401, title: 'An access token is required' },
  invalid_token: { status: 401, title: 'The access token is not valid' },
  insufficient_scope: { status: 403, title: 'You may not do this' },
})

/**
 * Registers the verification of access tokens and returns the hooks that protect routes.
 *
 * Every defect of a token gets the same response, 401 `invalid_token`, so that a forger learns nothing.
 */
export async function registerAccess(
  app: Service,
  options: {
    issuer: string
    audience: string
    keys: Pick<KeySource, 'publicKey'>
    revocations: RevocationList
    policy: Policy
    clock: () => Date
  },
): Promise<Access> {
  // The verifier passes the key of each token, so the plugin never uses its own secret.
  await app.register(jwt, { secret: () => Promise.reject(new Error('access tokens have no common key')) })
  app.decorateRequest('principal', {
    getter(): Principal {
      if (!this.user) throw new Error('request.principal was read on a route without an access hook')
      return this.user
    },
  })
  const inspect = createTokenVerifier(app.jwt, options)

  const authenticate: Hook = async (request) => {
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer') throw missingToken()
    request.user = token && rest.length === 0 ? await inspect(token) : undefined
    if (!request.user) throw invalidToken()
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
        throw forbidden(`This needs the permission ${permission}`, permission)
    },
    requireUser: requireKind('user'),
    requireService: requireKind('service'),
    inspect,
  }
}

/** RFC 6750, section 3.1: no error code when no token was sent. */
function missingToken(): Problem {
  return accessProblem('missing_token', {
    detail: 'Send the header `Authorization: Bearer <access token>`',
    headers: { 'www-authenticate': bearerChallenge },
  })
}

function invalidToken(): Problem {
  return accessProblem('invalid_token', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
}

function forbidden(detail: string, scope?: string): Problem {
  const challenge = `Bearer error="insufficient_scope"${scope ? `, scope="${scope}"` : ''}`
  return accessProblem('insufficient_scope', { detail, headers: { 'www-authenticate': challenge } })
}
