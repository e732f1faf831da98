/** A clock that only `advance` moves. Pass it where an app takes `clock: () => Date`. */
export type TestClock = { (): Date; now(): Date; advance(ms: number): void }

/** @param start by default the real time, so that libraries that read the real clock agree with it at first */
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
