import type { FastifyRequest } from 'fastify'
import type { ChangedBy } from './audit-changes.ts'

/** No browser sends a longer one. */
const maxUserAgentLength = 512

/** The parts of a request that audit events record. */
export function changedBy(request: FastifyRequest): ChangedBy {
  const { kind, id, tenant, sessionId } = request.principal
  return {
    tenant,
    actor: { type: kind, id },
    requestId: request.id,
    sessionId,
    ip: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, maxUserAgentLength),
  }
}
