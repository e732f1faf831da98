import { expect, test } from 'vitest'
import { cheapestOn, dearestOn, lastStep } from '../filters/price-steps.ts'
import { priceRanges, rangesBeyond } from './price-ranges.ts'
import { readingFor } from './service.ts'

const spread = (step: number) => ({ cheapest: cheapestOn(step), dearest: dearestOn(step) })
const counts = new Map([
  [20, { found: 0, products: 50_000, cheapest: 0, dearest: 0 }],
  [21, { found: 40, products: 80_000, ...spread(21) }],
  [22, { found: 30_000, products: 100_000, ...spread(22) }],
  [23, { found: 150, products: 70_000, ...spread(23) }],
  [24, { found: 100, products: 20_000, ...spread(24) }],
])

test('every price is in one range, whatever was counted', () => {
  for (const each of [new Map(), counts]) {
    const ranges = priceRanges(each, readingFor)
    expect(ranges[0]?.from).toBe(0)
    expect(ranges.at(-1)?.to).toBe(Number.MAX_SAFE_INTEGER)
    for (const [index, { from }] of ranges.entries())
      if (index > 0) expect(from).toBe((ranges[index - 1]?.to ?? 0) + 1)
  }
  expect(lastStep).toBe(53)
})

test('only a step with much is walked, and steps with little are gathered together', () => {
  expect(priceRanges(counts, readingFor)).toMatchObject([
    { from: 0, to: 2 ** 21 - 1, reading: 'gather' },
    { to: 2 ** 22 - 1, reading: 'walk' },
    { to: 2 ** 23 - 1, reading: 'gather' },
    { to: Number.MAX_SAFE_INTEGER, reading: 'gather' },
  ])
})

test('a step is gathered when a walk would pass more of what is not in the list', () => {
  const readingOf = (cheapest: number) => {
    const count = { found: 10_000, products: 50_000, cheapest, dearest: dearestOn(30) }
    return priceRanges(new Map([[30, count]]), readingFor).find(({ to }) => to === dearestOn(30))?.reading
  }
  expect(readingOf(cheapestOn(30) * 1.01)).toBe('walk')
  expect(readingOf(cheapestOn(30) * 1.3)).toBe('gather')
})

test('a page begins in the range of the row before it', () => {
  const ranges = priceRanges(counts, readingFor)
  expect(rangesBeyond(ranges, false, 2 ** 22 - 1)).toEqual(ranges.slice(1))
  expect(rangesBeyond(ranges, true, 2 ** 22 - 1)).toEqual(ranges.slice(0, 2).toReversed())
  expect(rangesBeyond(ranges, true, undefined)).toEqual(ranges.toReversed())
})
