import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { trace } from '@opentelemetry/api'
import type { FastifyInstance } from 'fastify'

/** Accepted from the outside: anything else could forge log lines or grow without bound. */
const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/
/** W3C Trace Context, version 00: version, trace id, parent id, flags. */
const traceparentPattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID()
}

/**
 * The id of the trace that a request belongs to: ours when the process traces (which continues the caller's), else the
 * one in the caller's `traceparent` header, if it is valid.
 */
export function traceIdOf(headers: IncomingMessage['headers']): string | undefined {
  const { traceparent } = headers
  const given = typeof traceparent === 'string' ? traceparentPattern.exec(traceparent)?.[1] : undefined
  return trace.getActiveSpan()?.spanContext().traceId ?? given
}

/** Answers carry the request id; every log line of a request carries it and the trace id. */
export function registerRequestContext(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    const route = request.routeOptions.url
    // Named by its route: the path would make one name per user. Without tracing there is no span.
    if (route !== undefined)
      trace.getActiveSpan()?.updateName(`${request.method} ${route}`).setAttribute('http.route', route)
  })
}
