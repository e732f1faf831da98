import type { OutgoingHttpHeaders } from 'node:http'

export interface ProblemDefinition {
  status: number
  /** The same for every occurrence. `detail` says what is special this time. */
  title: string
}

export interface ProblemOptions {
  /** What to change or to send, for a person. It must contain no secret and no internals. */
  detail?: string
  headers?: OutgoingHttpHeaders
  /** One entry per invalid field. `pointer` is a JSON pointer such as `/body/email`. */
  errors?: { pointer: string; code: string; detail: string }[]
  cause?: unknown
}

/** An error for the client. The service's error handler renders it as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  override name = 'Problem'
  readonly code: string
  readonly status: number
  readonly title: string
  readonly options: ProblemOptions

  constructor(code: string, definition: ProblemDefinition, options: ProblemOptions = {}) {
    super(options.detail ?? definition.title, { cause: options.cause })
    this.code = code
    this.status = definition.status
    this.title = definition.title
    this.options = options
  }
}

/**
 * Defines an app's problems by a table of codes.
 *
 * @param table maps each stable snake_case code to its status and title
 * @returns a function that makes the problem of a code, to throw anywhere
 */
export function defineProblems<Code extends string>(table: Record<Code, ProblemDefinition>) {
  return (code: Code, options?: ProblemOptions): Problem => new Problem(code, table[code], options)
}

/** The problems that every service can return. */
export const serviceProblem = defineProblems({
  validation_failed: { status: 400, title: 'The request does not match its schema' },
  malformed_body: { status: 400, title: 'The body cannot be parsed' },
  bad_request: { status: 400, title: 'The request is not valid' },
  invalid_cursor: { status: 400, title: 'The cursor is not valid for this list, or has expired' },
  not_found: { status: 404, title: 'No such resource' },
  method_not_allowed: { status: 405, title: 'This path does not support the method' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  uri_too_long: { status: 414, title: 'The URL is too long' },
  unsupported_media_type: {
    status: 415,
    title: 'This route does not accept the type or the encoding of the body',
  },
  expectation_failed: { status: 417, title: 'The only supported expectation is 100-continue' },
  // Proxies log 499 for this. Nobody reads the response, and it must not count as our error.
  client_gone: { status: 499, title: 'The client closed the connection before the response' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'The service failed to handle the request' },
  overloaded: { status: 503, title: 'The service is overloaded; try again later' },
  dependency_unavailable: {
    status: 503,
    title: 'A dependency of the service is unavailable; try again later',
  },
})
