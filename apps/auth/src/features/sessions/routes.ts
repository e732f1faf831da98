import type { Access } from '@fondasi/access'
import {
  type CursorCodec,
  createRateLimiter,
  emptyBody,
  listQuery,
  problemResponses,
  readPage,
  type Service,
} from '@fondasi/service'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { requestInfo } from '../events/request-info.ts'
import { clearRefreshCookie, readRefreshCookies } from './refresh-cookie.ts'
import type { Session } from './repository.ts'
import { requireSameOrigin } from './same-origin.ts'
import { endSessionsQuery, refreshBody, sessionId, sessionPage, tokens } from './schemas.ts'
import type { SessionService } from './service.ts'
import { expiryOf } from './session-lifetime.ts'
import { type TokenResponseDeps, tokenResponse } from './token-response.ts'

export interface SessionRoutesDeps extends TokenResponseDeps {
  access: Access
  config: Config
  cursors: CursorCodec
  sessions: SessionService
}

const minuteMs = 60_000

export async function registerSessions(app: Service, deps: SessionRoutesDeps): Promise<void> {
  const { access, config, cursors, sessions } = deps
  const onRequest = requireSameOrigin(config)

  const limitByAddress = createRateLimiter(app, {
    name: 'refresh-ip',
    max: config.REFRESHES_PER_IP_PER_MINUTE,
    windowMs: minuteMs,
  })
  // Only a token of this service has a session id, so nobody can use up the limit of another user's session.
  const limitBySession = createRateLimiter(app, {
    name: 'refresh-session',
    max: config.REFRESHES_PER_SESSION_PER_MINUTE,
    windowMs: minuteMs,
    keyOf: (request) =>
      presentedTokens(request, config)
        .texts.map(sessions.decode)
        .find((token) => token !== undefined)?.sessionId ?? request.ip,
  })

  app.post(
    '/refresh',
    {
      onRequest,
      // Together, so that they share one round trip to Redis.
      preHandler: async (request, reply) => {
        await Promise.all([limitByAddress(request, reply), limitBySession(request, reply)])
      },
      schema: {
        tags: ['sessions'],
        operationId: 'refresh',
        summary: 'Exchange a refresh token for new tokens',
        description:
          'Each token works once. Within ten seconds, the same token returns the same new token again, for a second tab or a lost response. Any later use counts as theft and ends the session.',
        body: refreshBody,
        response: { 200: tokens, ...problemResponses(400, 401, 403, 413, 415, 429, 503) },
      },
    },
    async (request, reply) => {
      const { texts, transport } = presentedTokens(request, config)
      const outcome = await sessions.refresh({ texts, transport, request: requestInfo(request) })
      switch (outcome.kind) {
        case 'rotated':
        case 'replay':
          return tokenResponse(reply, deps, outcome.signedIn)
        case 'revoked':
        case 'expired':
        case 'reuse':
          clearRefreshCookie(reply, config)
          throw problem('invalid_grant')
        case 'invalid':
          // A single cookie stays: it may be the successor that another tab has just received.
          if (texts.length > 1) clearRefreshCookie(reply, config)
          throw problem('invalid_grant')
      }
    },
  )

  app.post(
    '/logout',
    {
      onRequest,
      schema: {
        tags: ['sessions'],
        operationId: 'logout',
        summary: 'End the session of a refresh token',
        body: refreshBody,
        response: { 204: emptyBody, ...problemResponses(400, 403, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      const { texts } = presentedTokens(request, config)
      for (const token of texts) await sessions.logout(token, requestInfo(request))
      clearRefreshCookie(reply, config)
      return reply.code(204).send()
    },
  )

  app.get(
    '/sessions',
    {
      onRequest: access.requireUser,
      schema: {
        tags: ['sessions'],
        operationId: 'listSessions',
        summary: 'List the devices that I am signed in on, newest first',
        security: [{ bearer: [] }],
        querystring: listQuery,
        response: { 200: sessionPage, ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) => {
      const { id: userId, sessionId: current } = request.principal
      return readPage({
        reply,
        cursors,
        list: `sessions:${userId}`,
        query: request.query,
        read: (range) => sessions.list({ userId, ...range }),
        keyOf: (row) => row.id,
        toItem: (row) => toItem(row, current),
      })
    },
  )

  app.delete(
    '/sessions',
    {
      onRequest: access.requireUser,
      schema: {
        tags: ['sessions'],
        operationId: 'endSessions',
        summary: 'Sign out on all devices, or on all others',
        security: [{ bearer: [] }],
        querystring: endSessionsQuery,
        response: { 204: emptyBody, ...problemResponses(400, 401, 403, 429) },
      },
    },
    async (request, reply) => {
      const { id: userId, sessionId: current } = request.principal
      await sessions.endAll({
        userId,
        exceptSessionId: request.query.keep === 'current' ? current : undefined,
        request: requestInfo(request),
      })
      return reply.code(204).send()
    },
  )

  app.delete(
    '/sessions/:id',
    {
      onRequest: access.requireUser,
      schema: {
        tags: ['sessions'],
        operationId: 'endSession',
        summary: 'Sign out one of my devices',
        security: [{ bearer: [] }],
        params: sessionId,
        response: { 204: emptyBody, ...problemResponses(400, 401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const ended = await sessions.end({
        sessionId: request.params.id,
        userId: request.principal.id,
        reason: 'revoked_by_user',
        actor: { type: 'user', id: request.principal.id },
        request: requestInfo(request),
      })
      if (!ended) throw problem('session_not_found')
      return reply.code(204).send()
    },
  )
}

/** A token in the body belongs to a session without cookies. If the body has none, the cookies are read. */
function presentedTokens(
  request: FastifyRequest,
  config: Config,
): { texts: string[]; transport: Session['transport'] } {
  const parsed = refreshBody.safeParse(request.body)
  const token = parsed.success ? parsed.data?.refreshToken : undefined
  return token === undefined
    ? { texts: readRefreshCookies(request, config), transport: 'cookie' }
    : { texts: [token], transport: 'body' }
}

function toItem(session: Session, current: string | undefined) {
  const { id, transport, ip, userAgent, createdAt, lastSeenAt } = session
  return {
    id,
    current: id === current,
    transport,
    ip,
    userAgent,
    createdAt,
    lastSeenAt,
    expiresAt: expiryOf(session),
  }
}
