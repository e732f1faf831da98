import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 100

/**
 * Asks until the answer is yes.
 * @param what for the message of the failure
 * @throws Error when the time is over
 */
export async function until(
  what: string,
  timeoutMs: number,
  probe: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await probe())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`)
    await delay(pollMs)
  }
}

/** Whether an address answers with success; an address that does not answer at all is a no. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
