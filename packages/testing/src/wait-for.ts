import { setTimeout as delay } from 'node:timers/promises'

const pollIntervalMs = 10
const defaultTimeoutMs = 20_000

/**
 * Calls `probe` every 10 ms until it returns a truthy value, and returns that value. The probe must not be a request to a
 * route with a rate limit: on a fast machine it would soon get 429.
 *
 * @param options.what names what the test waits for, in the error message
 * @param options.timeoutMs only ends a test that hangs: a busy machine may be ten times slower than yours
 * @throws after `timeoutMs`. The `cause` is what the probe threw last
 */
export async function waitFor<T>(
  probe: () => T | Promise<T>,
  options: { what: string; timeoutMs?: number },
): Promise<NonNullable<T>> {
  const { what, timeoutMs = defaultTimeoutMs } = options
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  do {
    try {
      const found = await probe()
      if (found) return found
      cause = undefined
    } catch (error) {
      cause = error
    }
    await delay(pollIntervalMs)
  } while (performance.now() < deadline)
  throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause })
}
