import type { FastifyRequest } from 'fastify'
import type { ChangedBy } from './changes.ts'

/** Longer ones are no browser's. */
const maxUserAgentLength = 512

/** What events keep of a request. */
export function changedBy(request: FastifyRequest): ChangedBy {
  const { kind, id, sessionId } = request.principal
  return {
    actor: { type: kind, id },
    requestId: request.id,
    sessionId,
    ip: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, maxUserAgentLength),
  }
}
