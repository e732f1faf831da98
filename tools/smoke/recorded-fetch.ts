/** A request and its response, so that a failure can show both. */
export type Exchange = { request: string; status: number; text: string }

/** A healthy service responds in milliseconds, or in seconds while the machine builds images. */
const responseTimeoutMs = 15_000

/** A `fetch` with a time limit that follows no redirect. It passes each exchange to `record`. */
export function recordedFetch(record: (exchange: Exchange) => void) {
  return async (request: Request): Promise<Response> => {
    const target = `${request.method} ${request.url}`
    const sent = await request.clone().text()
    const signal = AbortSignal.timeout(responseTimeoutMs)
    const response = await fetch(request, { signal, redirect: 'manual' }).catch((error) => {
      throw new Error(`${target}: ${reasonOf(error)}`, { cause: error })
    })
    const text = await response.clone().text()
    record({ request: `${target} ${withoutSecrets(sent)}`, status: response.status, text })
    return response
  }
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
