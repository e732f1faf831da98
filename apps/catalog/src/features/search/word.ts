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
/** An Indonesian stem, a synonym, the second likeliest correction, a completion of a word. */
const nearFactor = 0.4
/** `earbuds` for `ear buds`. Each of the two words gets it. */
const joinedFactor = nearFactor / 2

/** A shorter stem is evidence only if one letter was cut (hats). `agming`, a mistyped gaming, has the stem `agm`. */
const minStemLetters = 4

/** Lexemes contain letters, digits, dots and the colon of a stem: never a quote. */
const quote = (lexeme: string) => `'${lexeme}'`
export const either = (tsqueries: readonly string[]) => tsqueries.map((one) => `(${one})`).join(' | ')
/** A tsquery for everything that matches the word. */
export const matching = ({ parts }: Word) => either([...new Set(parts.flatMap(({ tsqueries }) => tsqueries))])

/** The pieces in a row, as in a phrase. Descriptions have no stop words, but their places stay free. */
function inARow(pieces: readonly KnownWord[]): string {
  const indexed = pieces.flatMap(({ word, isStopWord }, place) => (isStopWord ? [] : [{ word, place }]))
  if (indexed.length === 0) return pieces.map(({ word }) => quote(word)).join(' <-> ')
  return indexed
    .map(({ word, place }, index) => {
      const before = indexed[index - 1]
      return before ? ` <${place - before.place}> ${quote(word)}` : quote(word)
    })
    .join('')
}

/** All English forms of a word: the index has `en:` only where the stem differs from the word. */
function formsOf(word: string, englishStem: string | null): string[] {
  return englishStem === null ? [quote(word)] : [quote(`en:${englishStem}`), quote(englishStem)]
}

/** A phrase, or a word of several pieces (WD-40): its pieces in a row, or joined. */
export function compound(text: string, isPhrase: boolean, words: readonly KnownWord[]): Word {
  const pieces = words.filter(({ isJoined }) => !isJoined)
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
  const { word, englishStem, stemFrequency, indonesianStem, indonesianFrequency, synonyms, isStopWord } =
    known
  const stems = indonesianStem === null ? [] : [quote(`id:${indonesianStem}`)]
  return {
    ...ordinary,
    text,
    parts: [
      { factor: formFactor, tsqueries: formsOf(word, englishStem) },
      { factor: typedFactor, tsqueries: [quote(word)] },
      ...part(nearFactor, [...stems, ...synonyms]),
    ],
    frequency: Math.max(known.frequency, stemFrequency) + indonesianFrequency,
    isStopWord,
    category: quote(`in:${englishStem ?? word}`),
    unknown: isUnknown(known) ? word : null,
  }
}

function isUnknown({ word, frequency, synonyms, ...known }: KnownWord): boolean {
  const isForm = (stem: string | null, products: number) =>
    products > 0 && stem !== null && (stem.length >= minStemLetters || word.length - stem.length === 1)
  return (
    frequency === 0 &&
    synonyms.length === 0 &&
    !isForm(known.englishStem, known.stemFrequency) &&
    !isForm(known.indonesianStem, known.indonesianFrequency)
  )
}

/** The word with what was probably meant: the first suggestion counts as if it had been typed. */
export function withSuggestions(word: Word, typed: string, suggestions: readonly Candidate[]): Word {
  const [first, ...others] = suggestions
  if (!first) return word
  const isCompletion = first.kind === 'completion'
  const equal = isCompletion ? suggestions : [first]
  return {
    ...word,
    parts: [
      // The word itself, too: a new product may have it.
      { factor: formFactor, tsqueries: [quote(typed), ...equal.flatMap(({ tsqueries }) => tsqueries)] },
      { factor: typedFactor, tsqueries: equal.flatMap(asWritten) },
      ...part(nearFactor, isCompletion ? [] : others.flatMap(({ tsqueries }) => tsqueries)),
    ],
    frequency: sum(suggestions.map(({ frequency }) => frequency)),
    corrections: isCompletion ? [] : suggestions.map(({ text }) => text),
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
    parts: [...word.parts, { factor: joinedFactor, tsqueries: formsOf(joined.word, joined.englishStem) }],
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
