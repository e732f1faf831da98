import type { Total } from './schemas.ts'

/** One product in sixteen is in the sample, which has a text index of its own. */
export const sampleSize = 16

/** Which products are looked at to count facets. */
export type Source =
  /** All products of a list. */
  | { of: 'all' }
  /** The sample of what a search found. */
  | { of: 'sample' }
  /** Some pages of the table, the same each time. Each product in them stands for `factor`. */
  | { of: 'pages'; factor: number }
  /** All products of the list, and of the others those in the pages. */
  | { of: 'list and pages'; factor: number }

/** What the count of a source is multiplied by. */
export function factorOf(source: Source): number {
  if (source.of === 'all') return 1
  return source.of === 'sample' ? sampleSize : source.factor
}

/** Up to this many matches are counted one by one. */
export const countedExactly = 10_000

/** The total of a count that stops one beyond. */
export function totalUpTo(found: number): Total {
  return found > countedExactly
    ? { value: countedExactly, relation: 'gte' }
    : { value: found, relation: 'eq' }
}
