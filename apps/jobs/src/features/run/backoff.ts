/** The pause before the next attempt, in milliseconds. `attempt` is the one that failed, from 1; `random` is in [0, 1). */
export type Backoff = (attempt: number, random: number) => number

/** Doubles the pause with each attempt, up to a cap. */
export const exponential =
  ({ baseMs, capMs }: { baseMs: number; capMs: number }): Backoff =>
  (attempt, random) =>
    withJitter(Math.min(capMs, baseMs * 2 ** (attempt - 1)), random)

/** Takes the pauses from a list. After the end of the list, the last pause repeats. */
export const listed =
  (pausesMs: readonly [number, ...number[]]): Backoff =>
  (attempt, random) =>
    withJitter(pausesMs[Math.min(attempt, pausesMs.length) - 1] ?? pausesMs[0], random)

/** Between half of the pause and all of it, so that jobs that failed together are not retried together. */
function withJitter(pauseMs: number, random: number): number {
  return Math.round(pauseMs * (0.5 + random / 2))
}
