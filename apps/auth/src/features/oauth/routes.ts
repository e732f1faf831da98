import formbody from '@fastify/formbody'
import { createRateLimiter, emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import type { Client } from '../clients/repository.ts'
import { requestInfo } from '../events/request-info.ts'
import type { KeyStore } from '../keys/service.ts'
import { type ClientCredentials, readClientCredentials } from './client-credentials.ts'
import { OAuthError, renderOAuthError } from './oauth-error.ts'
import * as schemas from './schemas.ts'
import type { OAuthService } from './service.ts'

export interface OAuthRoutesDeps {
  config: Config
  keys: KeyStore
  oauth: OAuthService
}

const minuteMs = 60_000
/** The longest valid form has a token and little else. */
const bodyLimitBytes = 32 * 1024

/** The OAuth endpoints follow their standards: forms in, `error` and snake_case out. */
export async function registerOAuth(app: Service, deps: OAuthRoutesDeps): Promise<void> {
  await app.register(async (scope: Service) => {
    scope.removeAllContentTypeParsers()
    await scope.register(formbody, { bodyLimit: bodyLimitBytes })
    scope.setErrorHandler(renderOAuthError)
    // RFC 6749, section 5.1. Also for errors, which say whether a secret was right.
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    registerEndpoints(scope, deps)
  })
}

function registerEndpoints(app: Service, { config, keys, oauth }: OAuthRoutesDeps): void {
  // Only wrong secrets count, and the right one is never refused. 256 bits cannot be guessed, and a lock would let
  // anybody stop a service. The limit bounds the noise in events and logs.
  const limit = { max: config.CLIENT_FAILURES_PER_MINUTE, windowMs: minuteMs }
  const limitByAddress = createRateLimiter(app, { ...limit, name: 'client-failures-ip' })
  const limitByClient = createRateLimiter(app, {
    ...limit,
    name: 'client-failures',
    keyOf: (request) => {
      const credentials = credentialsOf(request)
      return 'id' in credentials ? credentials.id : ''
    },
  })

  async function refuse(request: FastifyRequest, reply: FastifyReply): Promise<never> {
    await limitByAddress(request, reply)
    await limitByClient(request, reply)
    await oauth.recordFailure(requestInfo(request))
    throw new OAuthError('invalid_client', 'The client id or the secret is wrong')
  }
  async function requireClient(request: FastifyRequest, reply: FastifyReply): Promise<Client> {
    const authentication = await oauth.authenticate(credentialsOf(request))
    return authentication.kind === 'client' ? authentication.client : refuse(request, reply)
  }
  /** Like `requireClient`, but a client without a secret may only name itself. */
  async function requireClientId(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const authentication = await oauth.authenticate(credentialsOf(request))
    if (authentication.kind === 'wrong') return refuse(request, reply)
    return authentication.kind === 'client' ? authentication.client.id : authentication.id
  }

  app.post(
    '/oauth/token',
    {
      schema: {
        tags: ['oauth'],
        operationId: 'createToken',
        summary: 'Get an access token for a service account (RFC 6749, section 4.4)',
        consumes: ['application/x-www-form-urlencoded'],
        body: schemas.tokenRequest,
        response: { 200: schemas.tokenResponse, ...schemas.oauthErrors, ...problemResponses(429) },
      },
    },
    async (request, reply) => {
      const client = await requireClient(request, reply)
      if (request.body.grant_type !== 'client_credentials') {
        throw new OAuthError(
          'unsupported_grant_type',
          'Send grant_type=client_credentials: no other grant is supported',
        )
      }
      const claims = await oauth.grant(client, request.body.scope, requestInfo(request))
      return {
        access_token: (await keys.active()).sign(claims),
        token_type: 'Bearer' as const,
        expires_in: claims.exp - claims.iat,
        scope: claims.scope,
      }
    },
  )

  app.post(
    '/oauth/introspect',
    {
      schema: {
        tags: ['oauth'],
        operationId: 'introspectToken',
        summary: 'Check whether a token is valid and read its claims (RFC 7662)',
        consumes: ['application/x-www-form-urlencoded'],
        body: schemas.tokenParameters,
        response: { 200: schemas.introspection, ...schemas.oauthErrors, ...problemResponses(429) },
      },
    },
    async (request, reply) => {
      await requireClient(request, reply)
      return oauth.introspect(request.body.token)
    },
  )

  app.post(
    '/oauth/revoke',
    {
      schema: {
        tags: ['oauth'],
        operationId: 'revokeToken',
        summary: 'Revoke a token (RFC 7009)',
        description:
          'A refresh token ends its session, even if it has been rotated. The response is the same for a token that is already invalid.',
        consumes: ['application/x-www-form-urlencoded'],
        body: schemas.tokenParameters,
        response: {
          200: emptyBody.meta({ description: 'The token is no longer valid' }),
          ...schemas.oauthErrors,
          ...problemResponses(429),
        },
      },
    },
    async (request, reply) => {
      const clientId = await requireClientId(request, reply)
      await oauth.revoke(request.body.token, clientId, requestInfo(request))
      return reply.send(undefined)
    },
  )
}

function credentialsOf(request: FastifyRequest): ClientCredentials {
  const body = schemas.clientParameters.safeParse(request.body)
  return readClientCredentials(request.headers.authorization, body.data ?? {})
}
