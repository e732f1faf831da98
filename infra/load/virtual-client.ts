/** The result of one request: its status, or `error` when there was no response. */
export type Outcome = { action: string; status: number | 'error'; ms: number }

export type ClientOptions = {
  /** The service's base URL. */
  url: string
  /** Sent as X-Forwarded-For. A service honours it only from a trusted proxy; otherwise all clients count as one. */
  address: string
  /** Distinguishes the people: 0, 1, 2 … */
  number: number
  /** Called when acknowledged data is lost. */
  lost: (what: string) => void
}

/** One person, who does one thing at a time. */
export type VirtualClient = {
  /** @param index number of the request; decides what the person does */
  act: (index: number) => Promise<Outcome>
}

type Call = { method?: string; headers?: Record<string, string>; body?: string }

/** Longer than the gateway waits for a replica to come back. */
const responseTimeoutMs = 10_000

/** @returns a function that sends a request to the service from one address */
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
        signal: AbortSignal.timeout(responseTimeoutMs),
        headers: { 'x-forwarded-for': address, ...init.headers },
      })
      const text = await response.text()
      return { outcome: outcome(response.status), text }
    } catch {
      return { outcome: outcome('error'), text: '' }
    }
  }
}
