import { type Candidate, sum } from './spelling.ts'

/** What the database knows about one piece of a term. */
export interface KnownWord {
  word: string
  /** Several pieces written as one word: wd40 of WD-40. */
  isJoined: boolean
  isStopWord: boolean
  /** Products that have the word; 0 for a word that the vocabulary does not have. */
  frequency: number
  /** Products that have it in title or brand. */
  titleFrequency: number
  /** Null for what is not a word, such as a number. */
  englishStem: string | null
  /** Products that have a word with this English stem. */
  stemFrequency: number
  /** Whether the stem is cut from a word of the vocabulary: orang from orange, babi from baby. */
  isCutStem: boolean
  /** Null when some title has the word itself. */
  indonesianStem: string | null
  indonesianFrequency: number
  /** tsqueries of its synonyms. */
  synonyms: string[]
}

/** tsqueries that match the same word equally well. */
export interface Part {
  /** What a match is worth. */
  factor: number
  tsqueries: string[]
}

/** A thing to find, and everything that matches it. */
export interface Word {
  /** As it was typed, for explanations. */
  text: string
  parts: Part[]
  /** Upper bound of the products that match, by the vocabulary. */
  frequency: number
  isStopWord: boolean
  /** A tsquery for products in a category that has the word in its name; null for what is not one word. */
  category: string | null
  /** What was searched instead, because the vocabulary does not have the word. */
  corrections: string[]
  /** The word as the index would have it, if the vocabulary has neither it nor a form or synonym of it; else null. */
  unknown: string | null
}

/** A word that is not special in any way. */
const ordinary = { isStopWord: false, category: null, corrections: [], unknown: null }

/** A word in any English form (shirt, shirts). */
const formFactor = 1
/** Added for the form that was typed. */
const typedFactor = 0.3
/** An Indonesian stem, or a synonym. */
const nearFactor = 0.4
/** `earbuds` for `ear buds`. Each of the two words gets it. */
const joinedFactor = formFactor / 2

/** A shorter stem is evidence only if one letter was cut (hats). `agming`, a mistyped gaming, has the stem `agm`. */
const minStemLetters = 4

/** Lexemes contain letters, digits, dots and the colon of a stem: never a quote. */
const quote = (lexeme: string) => `'${lexeme}'`
export const either = (tsqueries: readonly string[]) => tsqueries.map((one) => `(${one})`).join(' | ')
/** A tsquery for everything that matches the word. */
export const matching = ({ parts }: Word) => either([...new Set(parts.flatMap(({ tsqueries }) => tsqueries))])

/** A tsquery for the products that show that a word is known. The stem of an unknown word does not: agm of `agming`. */
export const asFound = (word: Word) => (word.unknown === null ? matching(word) : quote(word.unknown))

/** The pieces in a row, or their synonyms (2 l for `2 liter`). Descriptions have no stop words, but their places stay free. */
function inARow(pieces: readonly KnownWord[]): string {
  const indexed = pieces.flatMap((piece, place) => (piece.isStopWord ? [] : [{ piece, place }]))
  if (indexed.length === 0) return pieces.map(({ word }) => quote(word)).join(' <-> ')
  return indexed
    .map(({ piece: { word, synonyms }, place }, index) => {
      const before = indexed[index - 1]
      const meaning = synonyms.length > 0 ? `(${either([quote(word), ...synonyms])})` : quote(word)
      return before ? ` <${place - before.place}> ${meaning}` : meaning
    })
    .join('')
}

/**
 * All English forms of a word: the index has `en:` only where the stem differs from the word. A cut stem may be another
 * word: orang is Indonesian for people. Then that word and the forms of orange do not find each other.
 */
function formsOf({ word, englishStem, isCutStem }: KnownWord): string[] {
  if (englishStem === null || (isCutStem && word === englishStem)) return [quote(word)]
  const forms = quote(`en:${englishStem}`)
  return isCutStem ? [forms] : [forms, quote(englishStem)]
}

/** A phrase, or a word of several pieces (WD-40): its pieces in a row, or joined. */
export function compound(text: string, isPhrase: boolean, words: readonly KnownWord[]): Word {
  const asTyped = (piece: KnownWord) => (isPhrase ? { ...piece, synonyms: [] } : piece)
  const pieces = words.filter(({ isJoined }) => !isJoined).map(asTyped)
  const joined = isPhrase ? [] : words.filter(({ isJoined }) => isJoined)
  const saying = pieces.filter(({ isStopWord }) => !isStopWord)
  const rarest = Math.min(...(saying.length > 0 ? saying : pieces).map(({ frequency }) => frequency))
  const tsqueries = [...joined.map(({ word }) => quote(word)), inARow(pieces)]
  return {
    ...ordinary,
    text,
    parts: [{ factor: formFactor, tsqueries }],
    frequency: rarest + sum(joined.map(({ frequency }) => frequency)),
  }
}

/** One word, as the vocabulary knows it. */
export function single(text: string, known: KnownWord): Word {
  const { word, englishStem, indonesianStem, indonesianFrequency, synonyms, isStopWord } = known
  const stems = indonesianStem === null ? [] : [quote(`id:${indonesianStem}`)]
  const frequency = Math.max(known.frequency, formFrequency(known)) + indonesianFrequency
  // A word that no product has means its synonyms.
  const synonymFactor = frequency === 0 ? formFactor + typedFactor : nearFactor
  return {
    ...ordinary,
    text,
    parts: [
      { factor: formFactor, tsqueries: formsOf(known) },
      { factor: typedFactor, tsqueries: [quote(word)] },
      ...part(nearFactor, stems),
      ...part(synonymFactor, synonyms),
    ],
    frequency,
    isStopWord,
    category: quote(`in:${englishStem ?? word}`),
    unknown: isUnknown(known) ? word : null,
  }
}

/** Products that have the word in an English form. */
function formFrequency({ word, englishStem, isCutStem, frequency, stemFrequency }: KnownWord): number {
  return isCutStem && word === englishStem ? frequency : stemFrequency
}

function isUnknown(known: KnownWord): boolean {
  const { word, frequency, synonyms } = known
  const isForm = (stem: string | null, products: number) =>
    products > 0 && stem !== null && (stem.length >= minStemLetters || word.length - stem.length === 1)
  return (
    frequency === 0 &&
    synonyms.length === 0 &&
    !isForm(known.englishStem, formFrequency(known)) &&
    !isForm(known.indonesianStem, known.indonesianFrequency)
  )
}

/** The word with what was probably meant: it counts as if it had been typed. */
export function withSuggestions(word: Word, suggestions: readonly Candidate[]): Word {
  if (suggestions.length === 0) return word
  return {
    ...word,
    parts: [
      { factor: formFactor, tsqueries: suggestions.flatMap(({ tsqueries }) => tsqueries) },
      { factor: typedFactor, tsqueries: suggestions.flatMap(asWritten) },
    ],
    frequency: sum(suggestions.map(({ frequency }) => frequency)),
    corrections: suggestions.flatMap(({ kind, text }) => (kind === 'completion' ? [] : [text])),
    unknown: null,
  }
}

const asWritten = ({ text, kind, tsqueries }: Candidate) => (kind === 'split' ? tsqueries : [quote(text)])

/** The word with longer ones that begin with it. They count less, because it may be finished. */
export function withCompletions(
  word: Word,
  completions: readonly { tsqueries: string[]; frequency: number }[],
): Word {
  const tsqueries = completions.flatMap((completion) => completion.tsqueries)
  const frequency = word.frequency + sum(completions.map((completion) => completion.frequency))
  return { ...word, parts: [...word.parts, ...part(nearFactor, tsqueries)], frequency }
}

/** The word with the one that it makes together with its neighbour. */
export function withJoined(word: Word, joined: KnownWord): Word {
  return {
    ...word,
    parts: [...word.parts, { factor: joinedFactor, tsqueries: formsOf(joined) }],
    frequency: word.frequency + Math.max(joined.frequency, joined.stemFrequency),
    unknown: null,
  }
}

/** `red OR blue` is one thing to find. */
export function eitherWord(one: Word, other: Word): Word {
  return {
    ...ordinary,
    text: `${one.text} OR ${other.text}`,
    parts: [...one.parts, ...other.parts],
    frequency: one.frequency + other.frequency,
    isStopWord: one.isStopWord && other.isStopWord,
    corrections: [...one.corrections, ...other.corrections],
  }
}

function part(factor: number, tsqueries: string[]): Part[] {
  return tsqueries.length === 0 ? [] : [{ factor, tsqueries }]
}
