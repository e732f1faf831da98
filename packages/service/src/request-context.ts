import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { trace } from '@opentelemetry/api'
import type { FastifyInstance } from 'fastify'

/** The request ids that we accept from clients. Others could forge log lines or have any length. */
const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/
/** W3C Trace Context, version 00: version, trace id, parent id, flags. */
const traceparentPattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID()
}

/**
 * The id of the request's trace. If the process traces, it is our span's, which continues the caller's trace. Otherwise
 * it is the one in the caller's `traceparent` header, if that is valid.
 */
export function traceIdOf(headers: IncomingMessage['headers']): string | undefined {
  const { traceparent } = headers
  const given = typeof traceparent === 'string' ? traceparentPattern.exec(traceparent)?.[1] : undefined
  return trace.getActiveSpan()?.spanContext().traceId ?? given
}

/** Every response has the request id. Every log line of a request has it too, and the trace id. */
export function registerRequestContext(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    const route = request.routeOptions.url
    // The span gets the name of its route, because paths would make one name per user. Without tracing there is no span.
    if (route !== undefined)
      trace.getActiveSpan()?.updateName(`${request.method} ${route}`).setAttribute('http.route', route)
  })
}
