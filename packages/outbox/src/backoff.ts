const firstPauseMs = 1_000

// When a receiver returns after hours, its messages arrive within ten minutes.
const longestPauseMs = 600_000

/**
 * The pause after a failed attempt: exponential backoff with full jitter, so that messages that failed together are not
 * retried together.
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)
 *
 * @param attempt the number of the failed attempt, from 1
 * @param random at least 0, below 1
 * @returns milliseconds
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)))
}
