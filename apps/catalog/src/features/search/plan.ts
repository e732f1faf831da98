import { matching, type WordGroup } from './word-group.ts'

/** The most popular 1 %, the most popular 10 %, or all products: each has a text index of its own. */
export type Tier = 0 | 1 | 2

/** A part of the candidates: what matches a tsquery among the products of a tier. */
export interface Branch {
  tier: Tier
  tsquery: string
}

export interface SearchPlan {
  /** `all`: products that match every word. `any`: there are few of those, so one word is enough. */
  match: 'all' | 'any'
  branches: Branch[]
  /** What is counted and faceted: the same set without tiers. */
  tsquery: string
  /** Not every match is looked for, see `maxCandidates`. */
  isShortened: boolean
}

/**
 * Ranking costs a read per candidate. A word that more products have is looked for among the popular ones first:
 * they win anyway, since there are enough of them that match just as well.
 */
const tier1From = 2_000
const tier0From = 20_000
/** With fewer candidates the next tier is asked, too: ten pages of a list should not show that there are tiers. */
export const enoughCandidates = 200
/** When the next tier is all products, and of too many of them only the product itself says whether a filter lets it through. */
export const enoughAmongMany = 50

/** Of all products. */
export const shareOf: Record<Tier, number> = { 0: 0.01, 1: 0.1, 2: 1 }
/**
 * The index says which products have the words of a phrase, only the product itself whether they stand in a row. More
 * candidates than this are not read: of a phrase of words that everything has, the popular products are found.
 */
export const maxCandidates = 20_000

function tierOf(frequency: number): Tier {
  if (frequency > tier0From) return 0
  return frequency > tier1From ? 1 : 2
}

/** The tiers in which a word is looked for, one after the other, until there are enough. */
export const tiersFrom = (frequency: number) =>
  ([0, 1, 2] as const).filter((tier) => tier >= tierOf(frequency))

export const frequencyOf = ({ exactFrequency, nearFrequency }: WordGroup) => exactFrequency + nearFrequency

/** Every word, each in any of its forms. */
export function allOf(groups: readonly WordGroup[], unwanted: readonly string[]): string {
  return without(groups.map((group) => `(${matching(group)})`).join(' & '), unwanted)
}

/** At least one word: rare words among all products, common ones among the popular. */
export function anyOf(groups: readonly WordGroup[], unwanted: readonly string[]): Branch[] {
  const byTier = Map.groupBy(groups, (group) => tierOf(frequencyOf(group)))
  return [...byTier].map(([tier, members]) => ({
    tier,
    tsquery: without(members.map(matching).join(' | '), unwanted),
  }))
}

export function without(wanted: string, unwanted: readonly string[]): string {
  return [`(${wanted})`, ...unwanted.map((each) => `!(${each})`)].join(' & ')
}

/**
 * How rare a word is, as a factor of its score (inverse document frequency).
 * @param products how many there are; at least 1
 */
export function rarity(frequency: number, products: number): number {
  return Math.log(1 + Math.max(1, rounded(products)) / (1 + rounded(frequency)))
}

/** Two digits say enough of a count, and scores stay what they were while somebody turns the pages. */
function rounded(count: number): number {
  return Number(count.toPrecision(2))
}

/**
 * What an order by relevance follows from, besides the products themselves: while it is the same, cursors of a
 * ranking are good. A new count of the vocabulary may change it.
 */
export function rankingFingerprint(plan: SearchPlan, groups: readonly WordGroup[], products: number): string {
  const weights = groups.map(({ exact, near, exactFrequency, nearFrequency }) => [
    exact,
    near,
    rounded(exactFrequency),
    rounded(exactFrequency + nearFrequency),
  ])
  return JSON.stringify([plan, weights, rounded(products)])
}
