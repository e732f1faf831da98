import type { Db, Tx } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { isMeant, possibleCodes } from './codes.ts'
import type { ParsedQuery, Term } from './parse.ts'
import { type Candidate, likely, meant, sum } from './spelling.ts'
import type { FoundCode } from './vocabulary/repository.ts'
import * as vocabulary from './vocabulary/repository.ts'
import {
  asFound,
  compound,
  either,
  eitherWord,
  type KnownWord,
  matching,
  single,
  type Word,
  withJoined,
  withSuggestions,
} from './word.ts'

/** A query with everything that the database knows about its words. */
export interface Understood {
  /** The words to find, in the order in which they were typed. */
  words: Word[]
  /** Stop words that were dropped. */
  ignored: string[]
  /** tsqueries of what no result may have. */
  unwanted: string[]
  /** Ids of the products whose code is the query or part of it. */
  codeMatches: string[]
  /** All products, by the last count. */
  products: number
}

/** At most this many words are scored, the rarest: forty words are a text, and its rare words say what it is about. */
const maxWords = 10
const minSuggestedLetters = 2

/**
 * Step 2: what each word stands for: its forms, synonyms and codes, the word that it makes with its neighbour, and what was
 * probably meant by a word that no product has.
 * @throws {Problem} `empty_query`
 */
export async function understand(db: Db | Tx, parsed: ParsedQuery): Promise<Understood> {
  const pairs = neighbours(parsed)
  const texts = [...parsed.wanted.flat(), ...parsed.unwanted, ...pairs].map(({ text }) => text)
  const [knownOf, codes, products] = await Promise.all([
    vocabulary.readWords(db, texts),
    vocabulary.findCodes(db, possibleCodes(parsed)),
    vocabulary.countProducts(db),
  ])
  const { kept, ignored } = withoutStopWords(readPlaces(parsed, knownOf, pairs))
  if (kept.length === 0) throw problem('empty_query')
  const meantCodes = codes.filter(isMeant)
  const counted = await countUncounted(db, kept, meantCodes)
  return {
    words: await suggestAll(db, counted),
    ignored,
    // Only what was typed, in any form: `-hp` does not exclude its synonyms.
    unwanted: parsed.unwanted.flatMap((term) =>
      readTerm(term, knownOf).flatMap(({ parts: [forms] }) => (forms ? [either(forms.tsqueries)] : [])),
    ),
    codeMatches: [...new Set(meantCodes.flatMap(({ products }) => products))],
    products,
  }
}

/** The alternatives of a place in the query. */
interface Place {
  words: Word[]
  /** Whether the last word may still be unfinished. */
  isOpenEnded: boolean
}

type KnownOf = ReadonlyMap<string, readonly KnownWord[]>
/** The word that two neighbours make (earbuds of `ear buds`), and the place of the first. */
interface Pair {
  text: string
  first: number
}

function neighbours({ wanted }: ParsedQuery): Pair[] {
  return wanted.flatMap(([one], first) => {
    const [other] = wanted[first + 1] ?? []
    const canJoin = one && other && !one.isPhrase && !other.isPhrase
    return canJoin ? [{ text: one.text + other.text, first }] : []
  })
}

/** The words of each place, and what they make together with their neighbours. */
function readPlaces({ wanted, isOpenEnded }: ParsedQuery, knownOf: KnownOf, pairs: readonly Pair[]): Place[] {
  const joined = pairs.flatMap(({ text, first }) => {
    const [word, ...more] = knownOf.get(text) ?? []
    return word && more.length === 0 && word.titleFrequency > 0 ? [{ first, word }] : []
  })
  return wanted.flatMap((alternatives, place) => {
    const here = joined.filter(({ first }) => first === place || first + 1 === place)
    const words = alternatives
      .flatMap((term) => readTerm(term, knownOf))
      .map((word) => here.reduce((each, pair) => withJoined(each, pair.word), word))
    return words.length === 0 ? [] : [{ words, isOpenEnded: isOpenEnded && place === wanted.length - 1 }]
  })
}

/** Drops stop words unless the query has nothing else. */
function withoutStopWords(places: readonly Place[]): { kept: readonly Place[]; ignored: string[] } {
  const says = ({ words }: Place) => words.some(({ isStopWord }) => !isStopWord)
  const kept = places.filter(says)
  if (kept.length === 0) return { kept: places, ignored: [] }
  const dropped = places.filter((place) => !says(place))
  return { kept, ignored: dropped.flatMap(({ words }) => words.map(({ text }) => text)) }
}

function readTerm({ text, isPhrase }: Term, knownOf: KnownOf): Word[] {
  const words = knownOf.get(text) ?? []
  const [first, ...more] = words
  if (!first) return []
  return [isPhrase || more.length > 0 ? compound(text, isPhrase, words) : single(text, first)]
}

/**
 * Counts in the text index what the vocabulary did not count: the words of new products, and synonyms. A word that a product
 * has is not unknown, and neither is a part of the code of a product.
 */
async function countUncounted(
  db: Db | Tx,
  places: readonly Place[],
  codes: readonly FoundCode[],
): Promise<Place[]> {
  const isUncounted = ({ frequency, unknown }: Word) => frequency === 0 || unknown !== null
  const uncounted = places.flatMap(({ words }) => words.filter(isUncounted))
  const counts = await vocabulary.countMatches(db, uncounted.map(asFound))
  const isOfCode = (unknown: string) => codes.some(({ key }) => key.includes(unknown.replace(/^0+/, '')))
  const settled = (word: Word): Word => {
    const count = counts.get(asFound(word)) ?? 0
    if (isUncounted(word) && count > 0) return { ...word, frequency: count, unknown: null }
    return word.unknown !== null && isOfCode(word.unknown) ? { ...word, unknown: null } : word
  }
  return places.map((place) => ({ ...place, words: place.words.map(settled) }))
}

/** The words, each with what was meant by it. */
async function suggestAll(db: Db | Tx, places: readonly Place[]): Promise<Word[]> {
  const known = places.flatMap(({ words }) => words.filter(({ unknown }) => unknown === null))
  const [company] = known.toSorted((a, b) => a.frequency - b.frequency)
  const words: Word[] = []
  // One after the other, so that a query of many unknown words uses one connection at a time.
  for (const { words: alternatives, isOpenEnded } of rarest(places)) {
    const meantWords: Word[] = []
    for (const word of alternatives) meantWords.push(await suggest(db, word, company, isOpenEnded))
    words.push(meantWords.reduce(eitherWord))
  }
  return words
}

/**
 * The word with what was probably meant by it, if the vocabulary does not have it.
 * @param company the rarest other word of the query
 */
async function suggest(
  db: Db | Tx,
  word: Word,
  company: Word | undefined,
  isOpenEnded: boolean,
): Promise<Word> {
  const typed = word.unknown
  if (typed === null || typed.length < minSuggestedLetters) return word
  const candidates = likely(typed, await vocabulary.findCandidates(db, typed, isOpenEnded))
  const beside = company ? ` & (${matching(company)})` : ''
  const asked = ({ tsqueries }: Candidate) => `(${either(tsqueries)})${beside}`
  const matches = await vocabulary.countMatches(db, candidates.map(asked))
  const checked = candidates.map((each) => ({ ...each, matches: matches.get(asked(each)) ?? 0 }))
  return withSuggestions(word, meant(typed, checked, company?.frequency ?? 0))
}

/** The places of the rarest words, each once, in the order in which they were typed. */
function rarest(places: readonly Place[]): Place[] {
  const textOf = ({ words }: Place) => words.map(({ text }) => text).join(' ')
  const once = [...new Map(places.map((place) => [textOf(place), place])).values()]
  const frequencyOf = ({ words }: Place) => sum(words.map(({ frequency }) => frequency))
  const kept = once.toSorted((a, b) => frequencyOf(a) - frequencyOf(b)).slice(0, maxWords)
  return once.filter((place) => kept.includes(place))
}
