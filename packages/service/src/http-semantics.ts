import { serviceProblem } from './problem.ts'
import type { Service } from './service.ts'

/**
 * Refuses what Node would refuse by itself with an empty answer, so that it is a problem document with a request id and
 * is logged and counted like any other. Needs a server that is made with `requireHostHeader: false`.
 */
export function registerHttpSemantics(app: Service): void {
  // Node asks here about every expectation but 100-continue.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  app.addHook('onRequest', async ({ raw }) => {
    const { host, expect } = raw.headers
    // RFC 9112, section 3.2. HTTP/1.0 knows no such header.
    if (host === undefined && raw.httpVersion === '1.1')
      throw serviceProblem('bad_request', { detail: 'The Host header is missing', headers: closing })
    // RFC 9110, section 10.1.1: 100-continue is the only expectation there is.
    if (expect !== undefined && !/^100-continue$/i.test(expect))
      throw serviceProblem('expectation_failed', { headers: closing })
  })
}

/** Who speaks like this is not to be waited for: a body may follow, or never come. */
const closing = { connection: 'close' }
