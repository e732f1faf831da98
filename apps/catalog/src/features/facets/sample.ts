import type { Total } from './schemas.ts'

/** One product in sixteen is in the sample, which has a text index of its own. */
export const sampleSize = 16

/** Which products are looked at to count facets. */
export type Source =
  /** The sample of what a search found. */
  | { of: 'sample' }
  /**
   * Some pages of the table, the same each time: each product in them stands for `factor`, which is 1 for the whole table.
   * `wholeList`: also the products of the list in other pages, each for itself.
   */
  | { of: 'pages'; factor: number; wholeList: boolean }

export const wholeTable: Source = { of: 'pages', factor: 1, wholeList: false }

/** What the count of a source is multiplied by. */
export const factorOf = (source: Source): number => (source.of === 'sample' ? sampleSize : source.factor)

/** Up to this many matches are counted one by one. */
export const countedExactly = 10_000

/** The total of a count that stops one beyond. */
export function totalUpTo(found: number): Total {
  return found > countedExactly
    ? { value: countedExactly, relation: 'gte' }
    : { value: found, relation: 'eq' }
}
