import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { Problem, serviceProblem } from './problem.ts'

/** What clients may wait before they try a 503 again, in seconds: an outage of a dependency is rarely shorter. */
const retryAfterSeconds = 5

/** For a client that sent what is no HTTP, to read why its connection ends. */
const lingerMs = 1_000

/**
 * Renders whatever was thrown as one problem document. The only place that does.
 *
 * @param service the service's name, part of the problem's `type`
 * @param isUnavailable tells whether an error means that a dependency (database, cache) is away
 */
export function createErrorHandler(service: string, isUnavailable: (error: unknown) => boolean) {
  return (error: FastifyError | Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = error instanceof Problem ? error : toProblem(error, request, isUnavailable)
    // Our fault: with its stack, loudly. The client's: one line, no stack.
    const line = { code: problem.code, route: request.routeOptions.url, ip: request.ip }
    if (problem.status >= 500) request.log.error({ err: error, ...line }, problem.title)
    else request.log.info({ ...line, detail: problem.options.detail }, problem.title)

    if (problem.status === 503) reply.header('retry-after', retryAfterSeconds)
    reply.headers(problem.options.headers ?? {})
    return reply
      .code(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(document(service, problem, request)))
  }
}

/**
 * Answers what cannot even be parsed as HTTP (headers too large, a body that contradicts its length): there is no
 * request to answer yet, only the socket.
 */
export function createParserErrorHandler(service: string) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    // The client has gone, or an answer is on its way already.
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || socket.bytesWritten > 0) {
      socket.destroy()
      return
    }
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
    const status = tooLarge ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
    const code = tooLarge ? 'headers_too_large' : status === 408 ? 'request_timeout' : 'malformed_request'
    const title = STATUS_CODES[status] ?? 'Bad Request'
    const body = JSON.stringify({ type: `urn:problem:${service}:${code}`, title, status, code })
    socket.end(
      `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
    // Our end alone does not stop a client that goes on sending. At once would lose it the answer.
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }
}

function document(service: string, problem: Problem, request: FastifyRequest) {
  return {
    type: `urn:problem:${service}:${problem.code}`,
    title: problem.title,
    status: problem.status,
    ...(problem.options.detail === undefined ? {} : { detail: problem.options.detail }),
    // The path only: a query may hold what the client would not want to see in a bug report.
    instance: request.url.split('?', 1)[0],
    code: problem.code,
    ...(problem.options.errors === undefined ? {} : { errors: problem.options.errors }),
    requestId: request.id,
  }
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
      detail: `${error.validation.length} field${error.validation.length === 1 ? ' is' : 's are'} wrong in the ${place}`,
      errors: error.validation.slice(0, 50).map((issue) => ({
        // The path of the whole is "/", which as a pointer would name a field called "".
        pointer: `/${place}${issue.instancePath === '/' ? '' : issue.instancePath}`,
        code: issue.keyword,
        detail: issue.message ?? 'is not valid',
      })),
    })
  }
  // The code is ECONNRESET, as when the database goes away.
  if (error === request.raw.errored) return serviceProblem('client_gone')
  if (isUnavailable(error)) return serviceProblem('dependency_unavailable', { cause: error })
  if (error.code === 'FST_UNDER_PRESSURE') return serviceProblem('overloaded')

  // Fastify's and its plugins' own errors say what they are by their status.
  switch (error.statusCode) {
    // CTP: a content type parser. The JSON parser throws a SyntaxError without a code.
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
      return serviceProblem('unsupported_media_type', { detail: `Send ${acceptedTypes(request)}` })
    case undefined:
    default:
      return serviceProblem('internal_error', { cause: error })
  }
}
