import { cheapestOn, dearestOn, lastStep } from '../filters/price-steps.ts'

/** How a page is read: along the sort's index until it is full, or all matches first, which are then sorted. */
export type Reading = 'walk' | 'gather'

/** How many products a step of prices has. */
export interface StepCount {
  /** Of the list, about. */
  found: number
  /** Of the shop. */
  products: number
  /** Prices of the list that were met there. */
  cheapest: number
  dearest: number
}

const nothing: StepCount = { found: 0, products: 0, cheapest: 0, dearest: 0 }
/** To walk past a product takes three pages of its key's index and its own; to gather one, its own. */
const walkedPages = 4

/** A part of a list that is sorted by price. Both ends are in it, in minor units. */
export interface PriceRange {
  from: number
  to: number
  reading: Reading
}

/** Steps that have fewer together are gathered in one go: a page or two. */
const fewTogether = 200

/**
 * Cuts a list that is sorted by price into ranges, the cheapest first, which are read one after the other until a page
 * is full. What words find may all be dear, and a walk from the cheapest product on would pass everything that they do
 * not find. So steps with little of it are gathered, and only a step with much is walked.
 */
export function priceRanges(
  counts: ReadonlyMap<number, StepCount>,
  readingFor: (found: number, products: number) => Reading,
): PriceRange[] {
  const ranges: (PriceRange & { found: number })[] = []
  for (let step = 1; step <= lastStep; step += 1) {
    const [from, to] = [cheapestOn(step), dearestOn(step)]
    const { found, products, cheapest, dearest } = counts.get(step) ?? nothing
    // What a walk passes at an end of the step where the list has nothing.
    const passed = (products * Math.max(cheapest - from, to - dearest)) / (to - from)
    const reading = found <= passed * walkedPages ? 'gather' : readingFor(found, products)
    const last = ranges.at(-1)
    if (reading === 'gather' && last?.reading === 'gather' && last.found + found <= fewTogether) {
      last.to = to
      last.found += found
    } else {
      ranges.push({ from, to, reading, found })
    }
  }
  return ranges
}

/** The ranges in which rows behind this price may be, the next ones first. */
export function rangesBeyond(
  ranges: readonly PriceRange[],
  isDescending: boolean,
  price = isDescending ? Number.POSITIVE_INFINITY : 0,
): PriceRange[] {
  const inOrder = isDescending ? ranges.toReversed() : [...ranges]
  return inOrder.filter(({ from, to }) => (isDescending ? from <= price : to >= price))
}
