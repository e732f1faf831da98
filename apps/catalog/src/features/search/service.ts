import type { Db, Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { problem } from '../../errors.ts'
import { sourceOf } from '../facets/repository.ts'
import { countedExactly, enoughForTotal, type SampleSize, sampleSizeFor, scaleOf } from '../facets/sample.ts'
import type { Facets, Total } from '../facets/schemas.ts'
import { readFacets } from '../facets/service.ts'
import { hasPriceRange, type SearchFilters, searchFilters } from '../filters/repository.ts'
import type { Filters } from '../filters/schemas.ts'
import { isByPrice, productList } from '../listing/repository.ts'
import type { Sort } from '../listing/schemas.ts'
import type { ListingService } from '../listing/service.ts'
import type { SortedRow } from '../listing/sort-position.ts'
import { highlight, mayMatch, wordsOf } from './highlight.ts'
import {
  allOf,
  anyOf,
  type Branch,
  enoughAmongMany,
  enoughCandidates,
  frequencyOf,
  maxCandidates,
  type SearchPlan,
  shareOf,
  tiersFrom,
  without,
} from './plan.ts'
import { type ParsedQuery, parseQuery, type Term } from './query-parser.ts'
import * as repository from './repository.ts'
import { corrections, mistakesAllowed, remainders } from './spelling.ts'
import { type KnownWord, matching, toWordGroup, type WordGroup } from './word-group.ts'

export type SearchService = ReturnType<typeof createSearchService>

/** A query with all that the database knows about its words, and how it will be answered. */
export interface PreparedSearch extends SearchFilters {
  groups: WordGroup[]
  plan: SearchPlan
  codeMatches: string[]
  products: number
}

/** Words scored at most, the rarest: forty words are a text, and its rare ones say what it is about. */
const maxGroups = 10
/** Ends of the word that is being typed which are looked for. */
const maxPrefixes = 10
const minPrefixLength = 2
const maxCodePieces = 8
/** Found in a sample, when counting all is costly: an estimate that is about a third off. */
const enoughFound = 10

/**
 * Reads a query: its words, what they stand for, and which indexes will answer.
 * @throws {Problem} `empty_query`, `pure_negation`
 */
async function prepareSearch(db: Db | Tx, query: string, filters: Filters): Promise<PreparedSearch> {
  const parsed = parseQuery(query)
  if (parsed.wanted.length === 0) throw problem(parsed.unwanted.length > 0 ? 'pure_negation' : 'empty_query')
  // A code is one piece, or what looks like one written apart.
  const mayBeCode = parsed.wanted.length === 1 || (/\d/.test(query) && parsed.wanted.length <= maxCodePieces)
  const codeMatches = mayBeCode ? await repository.findByCode(db, query) : []
  const { groups, unwanted } = await readGroups(db, parsed, codeMatches.length > 0)
  const chosen = await searchFilters(db, filters, Math.min(...groups.map(frequencyOf)))
  return {
    groups,
    codeMatches,
    plan: await choosePlan(db, groups, unwanted, chosen),
    products: await repository.countProducts(db),
    ...chosen,
  }
}

async function readGroups(
  db: Db | Tx,
  parsed: ParsedQuery,
  isCode: boolean,
): Promise<{ groups: WordGroup[]; unwanted: string[] }> {
  const terms = [...parsed.wanted.flat(), ...parsed.unwanted]
  const texts = terms.map(({ text }) => text)
  const known = await repository.readWords(db, texts)
  const openTerm = parsed.isOpenEnded ? parsed.wanted.at(-1)?.at(-1) : undefined
  const groupOf = async (term: Term, mayBeNear: boolean) => {
    const words = known[terms.indexOf(term)] ?? []
    const prefixes = term === openTerm ? await prefixesOf(db, words) : []
    const isUnknown =
      prefixes.length === 0 &&
      words.length === 1 &&
      words[0]?.frequency === 0 &&
      // Somebody knows what it means.
      words[0].synonyms.length === 0
    const meant = mayBeNear && isUnknown && !term.isPhrase ? await correct(db, words[0]) : []
    return toWordGroup({ ...term, words, prefixes, corrections: meant, isCode })
  }
  const wanted: WordGroup[] = []
  for (const alternatives of parsed.wanted) {
    const groups = (await Promise.all(alternatives.map((term) => groupOf(term, true)))).filter(isGroup)
    const [first, ...rest] = groups
    if (first) wanted.push(rest.reduce(merge, first))
  }
  const unwanted = (await Promise.all(parsed.unwanted.map((term) => groupOf(term, false)))).filter(isGroup)
  // "The" says nothing, unless nothing else is said.
  const saying = wanted.filter(({ isStopWord }) => !isStopWord)
  const groups = (saying.length > 0 ? saying : wanted)
    .toSorted((a, b) => frequencyOf(a) - frequencyOf(b))
    .slice(0, maxGroups)
  if (groups.length === 0) throw problem('empty_query')
  return { groups, unwanted: unwanted.map(({ exact }) => exact.map((one) => `(${one})`).join(' | ')) }
}

const isGroup = (group: WordGroup | undefined): group is WordGroup => group !== undefined

/** `red OR blue` is one thing to find. */
function merge(one: WordGroup, other: WordGroup): WordGroup {
  return {
    text: `${one.text} OR ${other.text}`,
    exact: [...one.exact, ...other.exact],
    near: [...one.near, ...other.near],
    exactFrequency: one.exactFrequency + other.exactFrequency,
    nearFrequency: one.nearFrequency + other.nearFrequency,
    isAlone: false,
    corrections: [...one.corrections, ...other.corrections],
    isStopWord: one.isStopWord && other.isStopWord,
    isPhrase: one.isPhrase || other.isPhrase,
  }
}

async function prefixesOf(db: Db | Tx, words: readonly KnownWord[]) {
  const [only, ...more] = words
  if (!only || more.length > 0 || only.word.length < minPrefixLength) return []
  const found = await repository.findByPrefix(db, only.word, maxPrefixes)
  return found.map(({ word, frequency }) => ({ lexeme: `'${word}'`, frequency }))
}

async function correct(db: Db | Tx, typed: KnownWord | undefined) {
  const allowed = typed === undefined ? 0 : mistakesAllowed(typed.word)
  if (!typed || allowed === 0) return []
  return corrections(typed.word, await repository.findNeighbours(db, remainders(typed.word, allowed)))
}

/**
 * Chooses indexes. Enough products that match every word: those are ranked, popular ones first. Else one word is
 * enough, so that a word too many does not empty the list; products with more words still come first.
 */
async function choosePlan(
  db: Db | Tx,
  groups: readonly WordGroup[],
  unwanted: readonly string[],
  { filters, narrowPrice }: SearchFilters,
): Promise<SearchPlan> {
  const isNarrow = narrowPrice !== undefined
  const suffices = (branch: Branch, enough = enoughCandidates) =>
    repository.hasCandidates(db, branch, filters, enough)
  const all = allOf(groups, unwanted)
  const rarest = Math.min(...groups.map(frequencyOf))
  const tiers = isNarrow ? ([2] as const) : tiersFrom(rarest)
  if (!isNarrow && groups.some(({ isPhrase }) => isPhrase) && rarest > maxCandidates) {
    const tier = tiers.findLast((each) => rarest * shareOf[each] <= maxCandidates) ?? 0
    return { match: 'all', branches: [{ tier, tsquery: all }], tsquery: all, isShortened: true }
  }
  for (const tier of tiers) {
    const branch = { tier, tsquery: all }
    const enough = tier === 1 && rarest > maxCandidates ? enoughAmongMany : enoughCandidates
    // A single word has no smaller set to fall back to.
    if ((tier === 2 && groups.length === 1) || (await suffices(branch, enough))) {
      return { match: 'all', branches: [branch], tsquery: all, isShortened: false }
    }
  }
  const anyWord = anyOf(groups, unwanted)
  for (const branch of anyWord) {
    // The word, or the filters, may leave too little of the popular ones: then more of them are asked, at last all.
    if (isNarrow) branch.tier = 2
    while (branch.tier < 2 && !(await suffices(branch))) branch.tier = branch.tier === 0 ? 1 : 2
  }
  return {
    match: 'any',
    branches: [{ tier: 2, tsquery: all }, ...anyWord],
    tsquery: without(groups.map(matching).join(' | '), unwanted),
    isShortened: false,
  }
}

/** At most, by the vocabulary. */
function expectedMatches({ plan, groups, products }: PreparedSearch): number {
  const frequencies = groups.map(frequencyOf)
  const sum = frequencies.reduce((total, frequency) => total + frequency, 0)
  return Math.min(products, plan.match === 'all' ? Math.min(...frequencies) : sum)
}

/** How many are found, when the vocabulary says so: one word, which nothing but itself can match, and no filter. */
function countedByVocabulary({ groups, plan, filters }: PreparedSearch): number | undefined {
  const [group, ...others] = groups
  const isAll =
    group?.isAlone && others.length === 0 && filters.length === 0 && plan.tsquery === allOf(groups, [])
  return isAll ? group.exactFrequency : undefined
}

/** Relevance search. */
export function createSearchService({ db, listing }: { db: Db; listing: ListingService }) {
  return {
    /** @throws {Problem} `empty_query`, `pure_negation` */
    prepare: (query: string, filters: Filters) => prepareSearch(db, query, filters),

    /** One page of ids with their scores. */
    rank: (search: PreparedSearch, range: repository.RankedRange) => repository.rank(db, search, range),

    /** How many there are, and the facets when they are wanted: one scan for both. */
    async count(search: PreparedSearch, chosen: Filters, sort: Sort | 'relevance', withFacets: boolean) {
      const found = repository.matchCondition(search)
      const match = sort === 'relevance' ? found : productList(chosen, sort, found).match
      const lookAt = async (
        sample: SampleSize | undefined,
      ): Promise<{ matched: number; found: number; facets?: Facets } | undefined> => {
        if (withFacets) return readFacets(db, { match, chosen, source: sourceOf(sample) })
        if (search.narrowPrice) return undefined
        return sample && repository.countSample(db, match, search.filters, sample)
      }
      // Which matches have the price, or are in stock, is told by no index, but only by reading all of them.
      const isCostly = !search.narrowPrice && (hasPriceRange(chosen) || chosen.inStock !== undefined)
      let sample = sampleSizeFor(expectedMatches(search), withFacets || isCostly ? undefined : enoughForTotal)
      if (sample && !withFacets && match === found) {
        const counted = countedByVocabulary(search)
        if (counted !== undefined) return { total: { value: counted, relation: 'estimate' as const } }
      }
      let seen = await lookAt(sample)
      // Words that seldom meet match less often than the vocabulary lets expect. Half, because a sample errs.
      const isMany = (products: number) => products * scaleOf(sample) > countedExactly / 2
      if (sample !== undefined && seen && !isMany(seen.matched) && !search.plan.isShortened) {
        sample = undefined
        seen = await lookAt(sample)
      }
      const totalOf = async (): Promise<Total> => {
        if (seen && sample === undefined) return { value: seen.found, relation: 'eq' }
        const isEnough = isCostly && (seen?.found ?? 0) >= enoughFound
        if (seen && (isMany(seen.found) || search.plan.isShortened || isEnough)) {
          return { value: Math.round(seen.found * scaleOf(sample)), relation: 'estimate' }
        }
        return repository.countMatches(db, match, search.filters)
      }
      return { total: await totalOf(), facets: seen?.facets }
    },

    /** One page of what is found, in another order. */
    async readSorted(
      search: PreparedSearch,
      { filters, sort, total }: { filters: Filters; sort: Sort; total: Total },
      range: Range,
    ): Promise<SortedRow[]> {
      const list = productList(filters, sort, repository.matchCondition(search, search.narrowPrice))
      const sample = sampleSizeFor(expectedMatches(search), enoughForTotal) ?? 4
      // What gathering so few costs is certain; by price a walk may have far to go.
      const isFew = total.relation !== 'estimate' && (isByPrice(sort) || total.value <= enoughForTotal)
      if (isFew) return listing.read(list, 'gather', range)
      if (!isByPrice(sort)) return listing.readFound(list, sample, range)
      return listing.read(list, await listing.cutByPrice(list, sample), range)
    },

    /** Marks in each title what the query matched. */
    async highlight(search: PreparedSearch, titles: readonly { en: string; id: string }[]) {
      const lexemes = search.groups.flatMap(({ exact, near }) =>
        [...exact, ...near].flatMap((tsquery) => tsquery.match(/(?<=')[^']+(?=')/g) ?? []),
      )
      const words = wordsOf(titles.flatMap(({ en, id }) => [en, id]))
      const matched = await repository.findMatching(db, mayMatch(words, lexemes), lexemes)
      const mark = (text: string) => highlight(text, (word) => matched.has(word))
      return titles.map(({ en, id }) => ({ en: mark(en), id: mark(id) }))
    },
  }
}
