import { setTimeout as delay } from 'node:timers/promises'

/** How long the measurements take. */
export interface Effort {
  /** Each compares its sides in so many rounds, A B A B …, after one that only warms up. */
  rounds: number
  /** Length of one side of a round. */
  sideMs: number
}

/** Runs a round once to warm up (compilers, caches, connections) and then as often as wanted. */
export async function repeat<Round>(effort: Effort, round: () => Promise<Round>): Promise<Round[]> {
  await round()
  const results: Round[] = []
  while (results.length < effort.rounds) results.push(await round())
  return results
}

/** @returns how long it took, in milliseconds */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/**
 * Keeps a number of tasks in flight for a while.
 *
 * @param task gets the number of its place, from 0: what it needs for itself alone hangs on that
 * @returns tasks per second that ended within the time
 */
export async function perSecond(options: {
  inFlight: number
  durationMs: number
  task: (place: number) => Promise<unknown>
}): Promise<number> {
  const { inFlight, durationMs, task } = options
  const endsAt = performance.now() + durationMs
  let done = 0
  await Promise.all(
    Array.from({ length: inFlight }, async (_, place) => {
      while (performance.now() < endsAt) {
        await task(place)
        if (performance.now() < endsAt) done += 1
      }
    }),
  )
  return (done * 1000) / durationMs
}

/** Keeps a number of tasks in flight while something else is measured; returns that measurement. */
export async function during<Result>(
  load: { inFlight: number; task: (place: number) => Promise<unknown> },
  measure: () => Promise<Result>,
): Promise<Result> {
  const measured = new AbortController()
  const places = Array.from({ length: load.inFlight }, async (_, place) => {
    while (!measured.signal.aborted) await load.task(place)
  })
  try {
    return await measure()
  } finally {
    measured.abort()
    await Promise.all(places)
  }
}

/**
 * Starts a task at fixed times, whether the last one has ended or not. A probe that waits for its answer would ask
 * least often when the service is slowest, and so hide it ("coordinated omission").
 *
 * @returns how long each took, in milliseconds
 */
export async function pacedLatencies(options: {
  everyMs: number
  durationMs: number
  task: () => Promise<unknown>
}): Promise<number[]> {
  const { everyMs, durationMs, task } = options
  const startedAt = performance.now()
  const running: Promise<number>[] = []
  for (let dueMs = 0; dueMs < durationMs; dueMs += everyMs) {
    await delay(Math.max(0, startedAt + dueMs - performance.now()))
    running.push(timed(task))
  }
  return Promise.all(running)
}
