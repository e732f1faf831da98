import type { FastifyReply } from 'fastify'

/**
 * A signal that aborts when the client goes away before it was answered. Fastify's own `request.signal` follows the
 * request stream, which closes as soon as a body has been read; only the answer's stream tells that nobody listens.
 */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
