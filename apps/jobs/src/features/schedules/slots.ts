import { Cron } from 'croner'

/** When a schedule is due: at the times of a cron expression in a time zone, or every N seconds. */
export type Times = { cron: string; timeZone: string } | { everySeconds: number }

/** The next slot after a time; undefined when there is none. */
type NextSlot = (after: Date) => Date | undefined

/**
 * Finds the slots of a schedule. When clocks change:
 *
 * - A fixed time runs once per wall-clock day: in the first of two equal hours, or right after a missing hour.
 * - An interval, which has a `*` for its minutes or hours, keeps real time: it runs in both of two equal hours.
 *
 * @throws if the cron expression does not have five valid fields
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

const minuteMs = 60_000
/** No zone changes its clocks twice within four days. */
const twoDaysMs = 2 * 24 * 60 * minuteMs

/** The instant of a wall-clock time. If that time is repeated, the first one; if it is missing, the end of the gap. */
function toInstant(wallMs: number, offsetMs: (atMs: number) => number): number {
  const offsets = [offsetMs(wallMs - twoDaysMs), offsetMs(wallMs + twoDaysMs)]
  const instants = offsets.map((offset) => wallMs - offset).filter((at) => at + offsetMs(at) === wallMs)
  return instants.length > 0 ? Math.min(...instants) : toInstant(wallMs + minuteMs, offsetMs)
}

/** How far the clocks of a time zone are ahead of UTC, in milliseconds. */
function createOffset(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  return (atMs) => {
    const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign = '+', hours = 0, minutes = 0] = /([+-])(\d\d):(\d\d)/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs
  }
}

/** How many missed slots are combined in one step. Computing a slot takes tens of microseconds. */
const slotsAtOnce = 500

/**
 * Combines all slots that are due into the newest one.
 *
 * @param first the oldest slot that is due
 * @returns the newest slot that is due; the first and the number of the older ones, which got no job; and the next slot, if there
 *   is one. If the next slot is due too, many slots were missed, and the caller combines again
 */
export function combineSlots(first: Date, now: Date, nextSlot: NextSlot) {
  let slot = first
  let next = nextSlot(slot)
  let missedCount = 0
  while (next !== undefined && next <= now && missedCount < slotsAtOnce) {
    slot = next
    next = nextSlot(slot)
    missedCount += 1
  }
  return { slot, missedFrom: missedCount === 0 ? null : first, missedCount, next }
}
