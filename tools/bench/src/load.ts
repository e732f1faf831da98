import { setTimeout as delay } from 'node:timers/promises'

/** How long the measurements take. */
export interface Effort {
  /** Rounds that count. Each measures its sides in turns, A B A B …, after one round that only warms up. */
  rounds: number
  /** Length of one side of a round. */
  sideMs: number
}

/** Runs a round once to warm up (compilers, caches, connections), and then as often as the effort says. */
export async function repeat<Round>(effort: Effort, round: () => Promise<Round>): Promise<Round[]> {
  await round()
  const results: Round[] = []
  while (results.length < effort.rounds) results.push(await round())
  return results
}

/** Fewer rounds for a comparison without a goal: with the peers, or with a setting that nobody should use. */
export function forContrast(effort: Effort): Effort {
  return { ...effort, rounds: Math.min(effort.rounds, 3) }
}

/** @returns how long the work took, in milliseconds */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/**
 * Keeps a number of tasks in flight for a while. When one fails, no further one starts.
 *
 * @param options.task gets the number of its place, from 0, to pick the account or session that no other place uses
 * @returns tasks per second, up to the last one that ended within the time: a long task that the end cuts off does not count
 * @throws the first failure, once every task has ended: none of them disturbs the next measurement
 * @throws Error when no task ended within the time, because then there is no rate
 */
export async function perSecond(options: {
  inFlight: number
  durationMs: number
  task: (place: number) => Promise<unknown>
}): Promise<number> {
  const { inFlight, durationMs, task } = options
  const startedAt = performance.now()
  const endsAt = startedAt + durationMs
  const failed = new AbortController()
  let done = 0
  let lastEndAt = startedAt
  const places = Array.from({ length: inFlight }, async (_, place) => {
    try {
      while (!failed.signal.aborted && performance.now() < endsAt) {
        await task(place)
        const endedAt = performance.now()
        if (endedAt >= endsAt) break
        done += 1
        lastEndAt = endedAt
      }
    } catch (error) {
      failed.abort(error)
    }
  })
  await Promise.all(places)
  failed.signal.throwIfAborted()
  if (done === 0) throw new Error(`none of ${inFlight} tasks in flight ended within ${durationMs} ms`)
  return (done * 1000) / (lastEndAt - startedAt)
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
  const allPlaces = awaitedLater(Promise.all(places))
  try {
    return await measure()
  } finally {
    measured.abort()
    await allPlaces
  }
}

/**
 * Starts a task at fixed times, whether the previous one has ended or not. A probe that waits for its response would
 * ask least often when the service is slowest, and so hide the slowness ("coordinated omission").
 *
 * @returns how long each task took, in milliseconds
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
    running.push(awaitedLater(timed(task)))
  }
  return Promise.all(running)
}

/**
 * For a promise that is awaited only later. Node ends the process when a promise rejects before anything waits for it,
 * and with it everything that the bench has measured.
 */
function awaitedLater<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {})
  return promise
}
