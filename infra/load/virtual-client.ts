/** What one request came to: a status, or `error` when no answer came. */
export type Outcome = { action: string; status: number | 'error'; ms: number }

export type ClientOptions = {
  /** Of the service. */
  url: string
  /** The service believes it only from a trusted proxy; from others all clients count as one. */
  address: string
  /** One more than the person before. */
  number: number
  /** Is told of what was acknowledged and is gone. */
  lost: (what: string) => void
}

/** One person, who does one thing at a time. */
export type VirtualClient = {
  /** @param index of the request; decides what is done */
  act: (index: number) => Promise<Outcome>
}

type Call = { method?: string; headers?: Record<string, string>; body?: string }

/** Longer than the gateway waits for a replica to come back. */
const answerTimeoutMs = 10_000

/** How a person at an address asks a service. */
export function createCaller(url: string, address: string) {
  return async (
    action: string,
    path: string,
    init: Call = {},
  ): Promise<{ outcome: Outcome; text: string }> => {
    const startedAt = performance.now()
    const outcome = (status: Outcome['status']) => ({ action, status, ms: performance.now() - startedAt })
    try {
      const response = await fetch(`${url}${path}`, {
        ...init,
        signal: AbortSignal.timeout(answerTimeoutMs),
        headers: { 'x-forwarded-for': address, ...init.headers },
      })
      const text = await response.text()
      return { outcome: outcome(response.status), text }
    } catch {
      return { outcome: outcome('error'), text: '' }
    }
  }
}
