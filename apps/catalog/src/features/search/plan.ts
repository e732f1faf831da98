import type { Understood } from './understand.ts'
import { matching, type Word } from './word.ts'

/** The most popular 1 %, the next 9 %, and the rest; `popular` is the first two. */
export type Tier = 0 | 1 | 2 | 'popular'

/** A part of the list. Its products are ranked among themselves, and all of them come before those of the next one. */
export interface Segment {
  /** Products with every word, or with the code that was typed; or those with only some of the words. */
  match: 'all' | 'some'
  tier: Tier | 'every'
  tsquery: string
}

export interface Plan {
  /** What is found, counted, faceted and sorted: products with every word, and those whose code was typed. */
  found: { tsquery: string; codeMatches: string[]; unwanted: string[] }
  segments: Segment[]
  /** Upper bound of the products that have every word, by the vocabulary. */
  expected: number
}

/** Ranking reads each product that matches. With more of them, the popular ones are ranked first. */
export const manyMatches = 10_000

/** Step 3: which products are found, and in which parts they are ranked. */
export function plan({ words, unwanted, codeMatches }: Understood): Plan {
  const tsquery = without(words.map((word) => `(${matching(word)})`).join(' & '), unwanted)
  const expected = Math.min(...words.map(({ frequency }) => frequency))
  const tiers = tiersFor(codeMatches.length === 0 ? expected : 0)
  const all = tiers.map((tier): Segment => ({ match: 'all', tier, tsquery }))
  const some = words.length > 1 ? someOf(words, unwanted) : []
  return { found: { tsquery, codeMatches, unwanted }, segments: [...all, ...some], expected }
}

/** One part, unless there are too many matches: then the popular ones first, as many tiers as are not too many. */
function tiersFor(expected: number): Segment['tier'][] {
  if (expected <= manyMatches) return ['every']
  return expected / 10 <= manyMatches ? ['popular', 2] : [0, 1, 2]
}

/** Products with at least one of the rare words, then those with a common one: a product with a rare word says more. */
function someOf(words: readonly Word[], unwanted: readonly string[]): Segment[] {
  const rare = words.filter(({ frequency }) => frequency <= manyMatches)
  const common = words.filter((word) => !rare.includes(word))
  const anyOf = (some: readonly Word[]) => some.map(matching).join(' | ')
  const segments: Segment[] = []
  if (rare.length > 0)
    segments.push({ match: 'some', tier: 'every', tsquery: without(anyOf(rare), unwanted) })
  if (common.length > 0) {
    const tsquery = without(anyOf(common), rare.length > 0 ? [anyOf(rare), ...unwanted] : unwanted)
    const expected = Math.max(...common.map(({ frequency }) => frequency))
    segments.push(...tiersFor(expected).map((tier): Segment => ({ match: 'some', tier, tsquery })))
  }
  return segments
}

function without(wanted: string, unwanted: readonly string[]): string {
  return [`(${wanted})`, ...unwanted.map((each) => `!(${each})`)].join(' & ')
}

/**
 * How rare a word is, as a factor of its score (inverse document frequency).
 * @param products how many there are
 */
export function rarity(frequency: number, products: number): number {
  return Math.log(1 + Math.max(1, rounded(products)) / (1 + rounded(frequency)))
}

/** Two digits of a count are enough, and scores stay the same while somebody turns the pages. */
function rounded(count: number): number {
  return Number(count.toPrecision(2))
}

/**
 * Everything that an order by relevance depends on, besides the products themselves. Cursors are valid while it is the
 * same. A new count of the vocabulary may change it.
 */
export function rankingFingerprint({ words, products }: Understood, { found, segments }: Plan): string {
  const scored = words.map(({ parts, frequency }) => [parts, rounded(frequency)])
  return JSON.stringify([found, segments, scored, rounded(products)])
}
