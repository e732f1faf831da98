import { setTimeout as delay } from 'node:timers/promises'

const pollIntervalMs = 10
const defaultTimeoutMs = 5_000

/**
 * Asks `probe` until it gives something truthy, and returns that.
 *
 * @param options.what what is waited for, for the message of the failure
 * @throws when the time is over; the `cause` is what the probe threw last
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
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause })
}
