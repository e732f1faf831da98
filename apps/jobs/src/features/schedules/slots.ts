import { Cron } from 'croner'

/** When a schedule is due: at the times of a cron expression in a time zone, or every N seconds. */
export type Times = { cron: string; timeZone: string } | { everySeconds: number }

/** The next slot after a time; undefined when there is none. */
export type NextSlot = (after: Date) => Date | undefined

/**
 * How a schedule finds its slots when clocks change:
 *
 * - A fixed time runs once per wall-clock day: in a repeated hour the first time, in a missing hour right after the gap.
 * - An interval, which has a `*` for its minutes or hours, keeps real time: it also runs in both of two equal hours.
 */
export function createSlots(times: Times): NextSlot {
  if ('everySeconds' in times) return (after) => new Date(after.getTime() + times.everySeconds * 1_000)
  const { cron, timeZone } = times
  const [minutes = '', hours = ''] = cron.trim().split(/\s+/)
  const isInterval = /[*?]/.test(minutes + hours)
  if (!isInterval) return fixedTimes(cron, timeZone)
  const inZone = new Cron(cron, { mode: '5-part', timezone: timeZone })
  return (after) => inZone.nextRun(after) ?? undefined
}

// croner skips a list of times in a missing hour and repeats it in a repeated one. So it only computes wall-clock times,
// as if they were UTC, and the rule for clock changes is ours.
function fixedTimes(cron: string, timeZone: string): NextSlot {
  const wallClock = new Cron(cron, { mode: '5-part', timezone: 'UTC' })
  const offsetMs = createOffset(timeZone)
  return (after) => {
    let wall = wallClock.nextRun(new Date(after.getTime() + offsetMs(after.getTime())))
    while (wall !== null) {
      const slot = toInstant(wall.getTime(), offsetMs)
      if (slot > after.getTime()) return new Date(slot)
      wall = wallClock.nextRun(wall)
    }
    return undefined
  }
}

/** No zone changes its clocks twice within four days. */
const dayMs = 86_400_000
const aroundMs = 2 * dayMs

function toInstant(wallMs: number, offsetMs: (atMs: number) => number): number {
  const before = offsetMs(wallMs - aroundMs)
  const after = offsetMs(wallMs + aroundMs)
  // A repeated time exists with both offsets: the earlier one is the first time.
  const instants = [wallMs - before, wallMs - after].filter((at) => at + offsetMs(at) === wallMs)
  if (instants.length > 0) return Math.min(...instants)
  // The time is missing: find where the offset changes.
  let [last, next] = [wallMs - aroundMs, wallMs + aroundMs]
  while (next - last > 1) {
    const middle = Math.floor((last + next) / 2)
    if (offsetMs(middle) === before) last = middle
    else next = middle
  }
  return next
}

/** How far the clocks of a time zone are ahead of UTC, in milliseconds. */
function createOffset(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return (atMs) => {
    const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign = '+', hours = 0, minutes = 0] = /([+-])(\d\d):(\d\d)/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
  }
}
