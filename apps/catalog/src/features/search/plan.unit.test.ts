import { describe, expect, test } from 'vitest'
import { plan } from './plan.ts'
import type { Word } from './word.ts'

const word = (text: string, frequency: number): Word => ({
  text,
  parts: [{ factor: 1, tsqueries: [`'${text}'`] }],
  frequency,
  isStopWord: false,
  category: null,
  corrections: [],
  unknown: null,
})
const segments = (words: Word[], codeMatches: string[] = []) =>
  plan({ words, ignored: [], unwanted: [], codeMatches, products: 1_000_000 }).segments.map(
    ({ match, tier, tsquery }) => [match, tier, tsquery],
  )

describe('the popular products are ranked first, as many of them as are not too many', () => {
  test.each([
    [10_000, ['every']],
    [90_000, ['popular', 2]],
    [200_000, [0, 1, 2]],
  ])('%i products: %j', (frequency, tiers) => {
    expect(segments([word('tablet', frequency)]).map(([, tier]) => tier)).toEqual(tiers)
  })

  test('not beside a code: its product may be in any tier', () => {
    expect(segments([word('tablet', 90_000)], ['id']).map(([, tier]) => tier)).toEqual(['every'])
  })
})

test('products with a rare word come before those with a common one only, and every word has its turn', () => {
  expect(segments([word('tablet', 30_000), word('10inch', 5), word('pen', 60)]).slice(1)).toEqual([
    ['some', 'every', "(('10inch') | ('pen'))"],
    ['some', 'popular', "(('tablet')) & !(('10inch') | ('pen'))"],
    ['some', 2, "(('tablet')) & !(('10inch') | ('pen'))"],
  ])
})
