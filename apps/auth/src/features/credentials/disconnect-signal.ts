import type { FastifyReply } from 'fastify'

/**
 * A signal that aborts when the client disconnects before it got its response. Fastify's own `request.signal` follows
 * the request stream, which closes as soon as the body has been read. Only the response stream says whether the client
 * still listens.
 */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort()
  })
  return controller.signal
}
