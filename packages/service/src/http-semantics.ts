import type { FastifyRequest } from 'fastify'
import { plainForwardedFor } from './client-address.ts'
import { type Problem, serviceProblem } from './problem.ts'
import type { Service } from './service.ts'

/**
 * Reduces `X-Forwarded-For` to plain addresses, whatever the trusted proxies write. It must run before any code reads
 * `request.ip`.
 */
export function registerClientAddress(app: Service): void {
  app.addHook('onRequest', async ({ raw }) => {
    const forwarded = raw.headers['x-forwarded-for']
    if (typeof forwarded !== 'string') return
    const plain = plainForwardedFor(forwarded)
    if (plain === undefined) delete raw.headers['x-forwarded-for']
    else raw.headers['x-forwarded-for'] = plain
  })
}

/**
 * Refuses requests that violate HTTP, or that no route supports. Node would refuse some of them with an empty response.
 * Here they get a problem document with a request id, and are logged and counted. The server must be made with
 * `requireHostHeader: false`.
 */
export function registerHttpSemantics(app: Service): void {
  // Node emits this for every expectation except 100-continue.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  app.addHook('onRequest', async (request) => {
    const problem = violationOf(request.raw)
    if (problem !== undefined) throw problem
  })
}

function violationOf({ headers, httpVersion, rawHeaders }: FastifyRequest['raw']): Problem | undefined {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length
  // RFC 9112, section 3.2. HTTP/1.0 does not require the header.
  if (hosts > 1)
    return serviceProblem('bad_request', { detail: 'Send only one Host header', headers: closing })
  if (hosts === 0 && httpVersion === '1.1')
    return serviceProblem('bad_request', { detail: 'Send a Host header', headers: closing })
  // RFC 9110, section 10.1.1, defines no other expectation.
  if (headers.expect !== undefined && !/^100-continue$/i.test(headers.expect))
    return serviceProblem('expectation_failed', { headers: closing })
  const coding = headers['content-encoding']
  // RFC 9110, section 15.5.16: the response names the accepted encodings.
  if (coding !== undefined && !/^identity$/i.test(coding))
    return serviceProblem('unsupported_media_type', {
      detail: 'Send the body without a Content-Encoding',
      headers: { 'accept-encoding': 'identity' },
    })
  // The parsers of these types read UTF-8. A route that accepts a text, such as CSV, detects the encoding itself.
  const [, charset = 'utf-8'] =
    /^application\/.*;\s*charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '') ?? []
  if (!/^(utf-?8|us-ascii)$/i.test(charset))
    return serviceProblem('unsupported_media_type', { detail: 'Send the body in UTF-8' })
  return undefined
}

/** We do not wait for the body of such a request, which may never come. */
const closing = { connection: 'close' }
