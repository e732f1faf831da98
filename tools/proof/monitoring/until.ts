import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 100

/**
 * Polls until a condition holds.
 * @param what for the message of the failure
 * @throws Error after the timeout
 */
export async function until(
  what: string,
  timeoutMs: number,
  probe: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await probe())) {
    if (performance.now() > deadline)
      throw new Error(`Waited ${timeoutMs / 1000} s for ${what}, which did not happen`)
    await delay(pollMs)
  }
}

/** Whether a URL returns a success. No response counts as false. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
