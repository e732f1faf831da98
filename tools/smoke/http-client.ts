/** A response with its request, so that a failure can show both. */
export type Answer = {
  request: string
  status: number
  headers: Headers
  text: string
  json: unknown
}

type Call = {
  method?: string
  token?: string
  /** Sent as JSON. */
  body?: unknown
  /** Sent as a form, as OAuth requires. */
  form?: Record<string, string>
  /** Sent unchanged: lines of JSON. */
  ndjson?: string
  headers?: Record<string, string>
}

export type HttpClient = (path: string, call?: Call) => Promise<Answer>

/** A healthy service responds in milliseconds, or in seconds while the machine builds images. */
const answerTimeoutMs = 15_000

/** Calls one service and keeps the last response for `lastAnswer`. */
export function createHttpClient(baseUrl: string, remember: (answer: Answer) => void): HttpClient {
  return async (path, { method = 'GET', token, body, form, ndjson, headers } = {}) => {
    const url = `${baseUrl}${path}`
    const sent = body === undefined ? (ndjson ?? (form && new URLSearchParams(form))) : JSON.stringify(body)
    const request = `${method} ${url}`
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(answerTimeoutMs),
      redirect: 'manual',
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ndjson !== undefined && { 'content-type': 'application/x-ndjson' }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    }).catch((error) => {
      throw new Error(`${request}: ${reasonOf(error)}`, { cause: error })
    })
    const text = await response.text()
    const answer = {
      request: `${request} ${withoutSecrets(String(sent ?? ''))}`,
      status: response.status,
      headers: response.headers,
      text,
      json: parse(text),
    }
    remember(answer)
    return answer
  }
}

/** The value at a path such as `user.id`, or undefined. */
export function field(answer: Answer, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      answer.json,
    )
}

/** @throws when the value is not a string */
export function textField(answer: Answer, path: string): string {
  const value = field(answer, path)
  if (typeof value !== 'string') throw new Error(`expected a string at ${path}`)
  return value
}

/** Why there is no response. `fetch` itself says only "fetch failed"; a name with several addresses has a reason for each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : reasonOf(error.cause)
}

// The text is printed, perhaps into the log of a pipeline.
function withoutSecrets(sent: string): string {
  return sent.replace(/("\w*password"\s*:\s*")[^"]*|(secret=)[^&]*/gi, '$1$2…')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
