import type { FastifyRequest } from 'fastify'
import type { RequestInfo } from './security-event.ts'

/** Longer ones are no browser's. */
const maxUserAgentLength = 512

/** What events and sessions keep of a request. */
export function requestInfo(request: FastifyRequest): RequestInfo {
  return {
    requestId: request.id,
    ip: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, maxUserAgentLength),
    // Set by the access hooks; absent on public routes.
    sessionId: request.user?.sessionId,
  }
}
