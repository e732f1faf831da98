const firstPauseMs = 1_000

// A receiver that was away for hours is found again within ten minutes.
const longestPauseMs = 600_000

/**
 * Milliseconds to wait after the given failed attempt (from 1): exponential, with full jitter, so that messages
 * that failed together do not come back together.
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)
 *
 * @param random from 0 to below 1
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)))
}
