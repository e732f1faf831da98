import type { FastifyRequest } from 'fastify'
import type { RequestInfo } from './security-event.ts'

/** Browsers send shorter ones. */
const maxUserAgentLength = 512

/** The part of a request that events and sessions store. */
export function requestInfo(request: FastifyRequest): RequestInfo {
  return {
    requestId: request.id,
    ip: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, maxUserAgentLength),
    // The access hooks set it; public routes have none.
    sessionId: request.user?.sessionId,
  }
}
