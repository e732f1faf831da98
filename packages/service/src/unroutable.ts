import type { IncomingMessage } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Service } from './service.ts'

/** No route has this path, and no wildcard matches it. */
const pathWithoutRoute = '/.unroutable'

/**
 * Fastify passes a request that it cannot route (a path that does not decode, a parameter that is too long) to
 * `frameworkErrors` without running any hook: no rate limit, no security headers, no log line, no metrics. So we remember
 * the error, send the request through the router again with a path that no route has, and throw the error from a hook.
 */
export function createUnroutable() {
  const errors = new WeakMap<IncomingMessage, FastifyError>()
  return {
    /** For Fastify's option `frameworkErrors`. */
    routeAgain(error: FastifyError, { raw, server }: FastifyRequest, reply: FastifyReply): void {
      errors.set(raw, error)
      const { url } = raw
      raw.url = pathWithoutRoute
      server.routing(raw, reply.raw)
      // The problem's `instance` shows the original path.
      raw.url = url
    },
    /** Adds the hook that throws the error. Call it after adding the hooks that every request must pass. */
    register(app: Service): void {
      app.addHook('onRequest', async ({ raw }, reply) => {
        const error = errors.get(raw)
        if (error === undefined) return
        // We do not wait for the body of such a request.
        reply.header('connection', 'close')
        throw error
      })
    },
  }
}
