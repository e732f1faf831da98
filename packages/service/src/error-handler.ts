import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Metrics } from '@fondasi/metrics'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { Problem, serviceProblem } from './problem.ts'

/** After a 503, clients should wait this many seconds. An outage of a dependency is rarely shorter. */
const retryAfterSeconds = 5

/** The maximum length of a text in a problem document or a log line, in UTF-16 code units. */
const maxTextLength = 300

/** Time for a client that did not send HTTP to read why its connection ends. */
const lingerMs = 1_000

/**
 * Renders every thrown error as a problem document. No other code does that.
 *
 * @param service the service's name, part of the problem's `type`
 * @param isUnavailable says whether an error means that a dependency (database, cache) is unavailable
 */
export function createErrorHandler(service: string, isUnavailable: (error: unknown) => boolean) {
  return (error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = error instanceof Problem ? error : toProblem(error, request, isUnavailable)
    logProblem(error, problem, request)

    if (problem.status === 503) reply.header('retry-after', retryAfterSeconds)
    reply.headers(problem.options.headers ?? {})
    return reply
      .code(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(document(service, problem, request)))
  }
}

/**
 * Our faults and outages are errors with a stack. An overload is expected, so it is a warning; the client's faults are
 * information. Both are one line without a stack.
 */
function logProblem(error: Error, problem: Problem, { log, routeOptions, ip }: FastifyRequest): void {
  const { code, status, title, options } = problem
  const line = { code, route: routeOptions.url, ip }
  const isOverload = status === 503 && code !== 'dependency_unavailable'
  if (status >= 500 && !isOverload) log.error({ err: error, ...line }, title)
  else log[isOverload ? 'warn' : 'info']({ ...line, detail: shortened(options.detail) }, title)
}

/**
 * Responds to bytes that cannot be parsed as HTTP (headers too large, a body that contradicts its length). There is no
 * request yet, only the socket.
 */
export function createParserErrorHandler(service: string, metrics: Metrics) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    // The client has gone, or a response has begun.
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || socket.bytesWritten > 0) {
      socket.destroy()
      return
    }
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
    const status = tooLarge ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
    const code = tooLarge ? 'headers_too_large' : status === 408 ? 'request_timeout' : 'malformed_request'
    const title = STATUS_CODES[status] ?? 'Bad Request'
    // Counted but not logged, because these requests pass no rate limit and could fill the log.
    metrics.httpRequestDuration.observe({ method: 'unknown', route: 'unmatched', status }, 0)
    const body = JSON.stringify({ type: `urn:problem:${service}:${code}`, title, status, code })
    socket.end(
      `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\nx-content-type-options: nosniff\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
    // A client may go on sending after we have ended our side. To destroy the socket at once could lose the response.
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }
}

function document(service: string, problem: Problem, request: FastifyRequest) {
  const { detail, errors } = problem.options
  return {
    type: `urn:problem:${service}:${problem.code}`,
    title: problem.title,
    status: problem.status,
    ...(detail === undefined ? {} : { detail: shortened(detail) }),
    // Without the query, which may contain data that does not belong in a bug report.
    instance: shortened(request.url.split('?', 1)[0]),
    code: problem.code,
    ...(errors === undefined ? {} : { errors: errors.map(shortenedField) }),
    requestId: request.id,
  }
}

/** Cuts text from the client (a path, the name of a field), which may have a megabyte. */
function shortened<Text extends string | undefined>(text: Text): Text | string {
  return text !== undefined && text.length > maxTextLength
    ? `${text.slice(0, maxTextLength).toWellFormed()}…`
    : text
}

function shortenedField({ pointer, code, detail }: { pointer: string; code: string; detail: string }) {
  return { pointer: shortened(pointer), code, detail: shortened(detail) }
}

function acceptedTypes({ routeOptions }: FastifyRequest): string {
  return routeOptions.schema?.consumes?.join(' or ') ?? 'application/json'
}

function toProblem(
  error: FastifyError,
  request: FastifyRequest,
  isUnavailable: (error: unknown) => boolean,
): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const place = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body')
    return serviceProblem('validation_failed', {
      detail: `${error.validation.length} field${error.validation.length === 1 ? ' is' : 's are'} not valid in the ${place}; see \`errors\``,
      errors: error.validation.slice(0, 50).map((issue) => ({
        // The path of the whole body is "/", which as a JSON pointer would name a field called "".
        pointer: `/${place}${issue.instancePath === '/' ? '' : issue.instancePath}`,
        code: issue.keyword,
        detail: issue.message ?? 'is not valid',
      })),
    })
  }
  // Must be checked before isUnavailable: the code is ECONNRESET, as if the database had gone.
  if (error === request.raw.errored) return serviceProblem('client_gone')
  if (isUnavailable(error)) return serviceProblem('dependency_unavailable', { cause: error })
  if (error.code === 'FST_UNDER_PRESSURE') return serviceProblem('overloaded')

  // Fastify's message repeats the path.
  if (error.code === 'FST_ERR_BAD_URL')
    return serviceProblem('bad_request', { detail: 'The path is not valid percent-encoded UTF-8' })

  // The status of Fastify's and its plugins' errors says what they are.
  switch (error.statusCode) {
    // CTP is a content type parser. The JSON parser throws a SyntaxError without a code.
    case 400:
      return error.code?.startsWith('FST_ERR_CTP_') || error instanceof SyntaxError
        ? serviceProblem('malformed_body', { detail: error.message })
        : serviceProblem('bad_request', { detail: error.message })
    case 404:
      return serviceProblem('not_found')
    case 408:
      return serviceProblem('request_timeout')
    case 413:
      return serviceProblem('payload_too_large')
    case 414:
      return serviceProblem('uri_too_long')
    case 415:
      return serviceProblem('unsupported_media_type', {
        detail: `Send ${acceptedTypes(request)} as the Content-Type`,
      })
    case undefined:
    default:
      return serviceProblem('internal_error', { cause: error })
  }
}
