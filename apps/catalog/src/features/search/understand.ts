import type { Db, Tx } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import { isMeant, possibleCodes } from './codes.ts'
import type { ParsedQuery, Term } from './parse.ts'
import { likely, meant, mistakesAllowed, remainders, sum } from './spelling.ts'
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
  const terms = [...parsed.wanted.flat(), ...parsed.unwanted]
  const pairs = neighbours(parsed)
  const texts = [...terms, ...pairs].map(({ text }) => text)
  const [known, codes, products] = await Promise.all([
    vocabulary.readWords(db, texts),
    vocabulary.findCodes(db, possibleCodes(parsed)),
    vocabulary.countProducts(db),
  ])
  const knownOf = new Map(terms.map((term, index) => [term, known[index] ?? []]))
  const joined = pairs.flatMap(({ first }, index) => {
    const [word, ...more] = known[terms.length + index] ?? []
    return word && more.length === 0 && word.titleFrequency > 0 ? [{ first, word }] : []
  })
  const { kept, ignored } = withoutStopWords(readPlaces(parsed, knownOf, joined))
  if (kept.length === 0) throw problem('empty_query')
  const meantCodes = codes.filter(isMeant)
  const counted = await countUncounted(db, kept, meantCodes)
  return {
    words: await suggestAll(db, counted, parsed.isOpenEnded ? parsed.wanted.length - 1 : undefined),
    ignored,
    // Only what was typed, in any form: `-hp` does not exclude its synonyms.
    unwanted: parsed.unwanted.flatMap((term) =>
      readTerm(term, knownOf.get(term) ?? []).flatMap(({ parts: [forms] }) =>
        forms ? [either(forms.tsqueries)] : [],
      ),
    ),
    codeMatches: [...new Set(meantCodes.flatMap(({ products }) => products))],
    products,
  }
}

/** The alternatives of a place in the query. */
interface Read {
  place: number
  words: Word[]
}

/** The word that each two neighbours make: earbuds of `ear buds`. */
function neighbours({ wanted }: ParsedQuery): { text: string; first: number }[] {
  return wanted.flatMap((alternatives, first) => {
    const [one, other] = [alternatives[0], wanted[first + 1]?.[0]]
    const canJoin = one && other && !one.isPhrase && !other.isPhrase
    return canJoin ? [{ text: one.text + other.text, first }] : []
  })
}

/** The words of each place, and what they make together with their neighbours. */
function readPlaces(
  { wanted }: ParsedQuery,
  knownOf: ReadonlyMap<Term, readonly KnownWord[]>,
  joined: readonly { first: number; word: KnownWord }[],
): Read[] {
  return wanted.flatMap((alternatives, place): Read[] => {
    const pairsHere = joined.filter(({ first }) => first === place || first + 1 === place)
    const words = alternatives
      .flatMap((term) => readTerm(term, knownOf.get(term) ?? []))
      .map((word) => pairsHere.reduce((each, pair) => withJoined(each, pair.word), word))
    return words.length === 0 ? [] : [{ place, words }]
  })
}

/** Drops stop words unless the query has nothing else. */
function withoutStopWords(read: readonly Read[]): { kept: readonly Read[]; ignored: string[] } {
  const says = ({ words }: Read) => words.some(({ isStopWord }) => !isStopWord)
  if (!read.some(says)) return { kept: read, ignored: [] }
  const dropped = read.filter((each) => !says(each))
  return { kept: read.filter(says), ignored: dropped.flatMap(({ words }) => words.map(({ text }) => text)) }
}

function readTerm({ text, isPhrase }: Term, words: readonly KnownWord[]): Word[] {
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
  read: readonly Read[],
  codes: readonly FoundCode[],
): Promise<Read[]> {
  const isUncounted = ({ frequency, unknown }: Word) => frequency === 0 || unknown !== null
  const uncounted = read.flatMap(({ words }) => words.filter(isUncounted))
  const counts = await vocabulary.countMatches(db, uncounted.map(asFound))
  const countOf = new Map(uncounted.map((word, index) => [word, counts[index] ?? 0]))
  const isOfCode = (unknown: string) => codes.some(({ key }) => key.includes(unknown.replace(/^0+/, '')))
  const settled = (word: Word): Word => {
    const count = countOf.get(word) ?? 0
    if (count > 0) return { ...word, frequency: count, unknown: null }
    return word.unknown !== null && isOfCode(word.unknown) ? { ...word, unknown: null } : word
  }
  return read.map(({ place, words }) => ({ place, words: words.map(settled) }))
}

/** The words, each with what was meant by it. `last` is the place of a word that may be unfinished. */
async function suggestAll(db: Db | Tx, read: readonly Read[], last: number | undefined): Promise<Word[]> {
  const known = read.flatMap(({ words }) => words.filter(({ unknown }) => unknown === null))
  const [company] = known.toSorted((a, b) => a.frequency - b.frequency)
  const words: Word[] = []
  // One after the other, so that a query of many unknown words uses one connection at a time.
  for (const { words: alternatives, place } of rarest(read)) {
    const options = { company, isOpenEnded: place === last }
    const meantWords: Word[] = []
    for (const word of alternatives) meantWords.push(await suggest(db, word, options))
    words.push(meantWords.reduce(eitherWord))
  }
  return words
}

/** The word with what was probably meant by it, if the vocabulary does not have it. */
async function suggest(
  db: Db | Tx,
  word: Word,
  { company, isOpenEnded }: { company: Word | undefined; isOpenEnded: boolean },
): Promise<Word> {
  const typed = word.unknown
  if (typed === null || typed.length < minSuggestedLetters) return word
  const allowed = mistakesAllowed(typed)
  const found = await vocabulary.findCandidates(db, {
    word: typed,
    remainders: allowed === 0 ? [] : remainders(typed, allowed),
    isOpenEnded,
  })
  const candidates = likely(typed, found)
  const beside = company ? ` & (${matching(company)})` : ''
  const matches = await vocabulary.countMatches(
    db,
    candidates.map(({ tsqueries }) => `(${either(tsqueries)})${beside}`),
  )
  const checked = candidates.map((candidate, index) => ({ ...candidate, matches: matches[index] ?? 0 }))
  return withSuggestions(word, meant(typed, checked, company?.frequency ?? 0))
}

/** The rarest words, each once, in the order in which they were typed. */
function rarest<Read extends { words: Word[] }>(read: readonly Read[]): Read[] {
  const textOf = ({ words }: Read) => words.map(({ text }) => text).join(' ')
  const once = [...new Map(read.map((each) => [textOf(each), each])).values()]
  const frequencyOf = ({ words }: Read) => sum(words.map(({ frequency }) => frequency))
  const kept = once.toSorted((a, b) => frequencyOf(a) - frequencyOf(b)).slice(0, maxWords)
  return once.filter((each) => kept.includes(each))
}
