import type { Total } from './schemas.ts'

/** How many of 256 products are looked at: each size has a text index of its own. */
export type SampleSize = 24 | 4 | 1

/** Up to so many matches are counted one by one; beyond it a sample says the same for a part of the reads. */
export const countedExactly = 10_000
/** What is said of a count that went no further than one beyond. */
export function totalUpTo(found: number): Total {
  return found > countedExactly
    ? { value: countedExactly, relation: 'gte' }
    : { value: found, relation: 'eq' }
}

/** Each product that is looked at is a page that is read, at worst: more of them tell little more. */
const maxLookedAt = 12_000
/** A total alone is within some per cent with far fewer: the error is one in the root of what is found. */
export const enoughForTotal = 1_600

/**
 * The largest sample that so many matches allow; undefined when they can all be looked at.
 * @param limit products that may be looked at
 */
export function sampleSizeFor(matches: number, limit = maxLookedAt): SampleSize | undefined {
  if (matches <= countedExactly) return undefined
  if (matches / scaleOf(24) <= limit) return 24
  return matches / scaleOf(4) <= limit ? 4 : 1
}

/** What one product of the sample stands for. */
export const scaleOf = (size: SampleSize | undefined) => (size === undefined ? 1 : 256 / size)
