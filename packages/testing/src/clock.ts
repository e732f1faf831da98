/** A clock that moves only when told: pass it where an app takes `clock: () => Date`. */
export type TestClock = { (): Date; now(): Date; advance(ms: number): void }

/** Starts at `start`, by default the real time, so that libraries with a clock of their own agree at first. */
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
