import type { NextSlot } from './slots.ts'

/** How many missed slots are combined in one step. Computing a slot takes tens of microseconds. */
const slotsAtOnce = 500

export interface SlotDecision {
  /** The newest slot that is due. */
  slot: Date
  /** The first of the older ones, which nobody enqueued, and how many they are. */
  missedFrom: Date | null
  missedCount: number
  /** Undefined when there is no further slot. If it is due too, many slots were missed and another step follows. */
  next: Date | undefined
}

/**
 * Combines all slots that are due into the newest one.
 *
 * @param first the oldest slot that is due
 */
export function decideSlot(first: Date, now: Date, nextSlot: NextSlot): SlotDecision {
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
