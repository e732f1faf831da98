/** A clock that only `advance` moves. Pass it where an app takes `clock: () => Date`. */
export type TestClock = { (): Date; now(): Date; advance(ms: number): void }

/** Starts at `start`, by default the real time, so that it agrees at first with libraries that read the real clock. */
export function createClock(start: Date = new Date()): TestClock {
  let nowMs = start.getTime()
  const now = () => new Date(nowMs)
  return Object.assign(() => now(), {
    now,
    advance(ms: number) {
      nowMs += ms
    },
  })
}
