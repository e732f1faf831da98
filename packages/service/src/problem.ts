import type { OutgoingHttpHeaders } from 'node:http'

export interface ProblemDefinition {
  status: number
  /** The same for every occurrence; what differs goes into `detail`. */
  title: string
}

export interface ProblemOptions {
  /** What went wrong this time, for a person. Never holds a secret or an internal. */
  detail?: string
  headers?: OutgoingHttpHeaders
  /** One entry per wrong field; `pointer` is a JSON pointer such as `/body/email`. */
  errors?: { pointer: string; code: string; detail: string }[]
  cause?: unknown
}

/** An error that is meant for the client: rendered as `application/problem+json` (RFC 9457) by the service's error handler. */
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
 * Makes an app's problems from its table of codes.
 *
 * @param table stable snake_case code → status and title
 * @returns a function that builds the problem of a code, to be thrown anywhere
 */
export function defineProblems<Code extends string>(table: Record<Code, ProblemDefinition>) {
  return (code: Code, options?: ProblemOptions): Problem => new Problem(code, table[code], options)
}

/** Problems that every service can answer. */
export const serviceProblem = defineProblems({
  validation_failed: { status: 400, title: 'The request does not fit its schema' },
  malformed_body: { status: 400, title: 'The body cannot be read' },
  bad_request: { status: 400, title: 'The request is not valid' },
  invalid_cursor: { status: 400, title: 'The cursor is not valid for this list' },
  not_found: { status: 404, title: 'There is nothing here' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  uri_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'The body has a type that is not accepted here' },
  expectation_failed: { status: 417, title: 'No expectation but 100-continue can be met' },
  // 499 is what proxies log for it; nobody reads the answer, and it must not count as an error of ours.
  client_gone: { status: 499, title: 'The client went away before it was answered' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  overloaded: { status: 503, title: 'The service is busy' },
  dependency_unavailable: { status: 503, title: 'The service cannot work right now' },
})
