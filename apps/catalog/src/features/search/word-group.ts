/** What the database knows of one piece of a term. */
export interface KnownWord {
  word: string
  /** Several pieces written as one: wd40 of WD-40. */
  isJoined: boolean
  isStopWord: boolean
  /** Products that have it; 0 for a word that the vocabulary does not know. */
  frequency: number
  englishStem: string | null
  indonesianStem: string | null
  /** Products that have one of its stems. */
  stemFrequency: number
  /** tsqueries of what means the same. */
  synonyms: string[]
}

/** All that one wanted term may be matched by, as two tsqueries: what was typed, and what comes near it. */
export interface WordGroup {
  /** As it was typed, for explanations. */
  text: string
  exact: string[]
  near: string[]
  /** Products that match, at most, by the vocabulary. */
  exactFrequency: number
  nearFrequency: number
  /** It is one word, and by the vocabulary no product has anything else that comes near it: so many match as have it. */
  isAlone: boolean
  corrections: string[]
  isStopWord: boolean
  isPhrase: boolean
}

/** Lexemes are letters, digits, dots and the colon of a stem: no quote can be in one. */
const quote = (lexeme: string) => `'${lexeme}'`
export const either = (alternatives: readonly string[]) => alternatives.map((one) => `(${one})`).join(' | ')
/** The same, but only where title or brand has it: A and B. */
export const inTitle = (tsquery: string) => tsquery.replaceAll(/'[^']+'/g, '$&:AB')
export const matching = ({ exact, near }: WordGroup) => either([...exact, ...near])

/** The pieces one after the other, as in a phrase. Descriptions have no stop words, but their places are left free. */
function inARow(pieces: readonly KnownWord[]): string {
  const saying = pieces.flatMap(({ word, isStopWord }, place) => (isStopWord ? [] : [{ word, place }]))
  if (saying.length === 0) return pieces.map(({ word }) => quote(word)).join(' <-> ')
  return saying
    .map(({ word, place }, index) => {
      const before = saying[index - 1]
      return before ? ` <${place - before.place}> ${quote(word)}` : quote(word)
    })
    .join('')
}

/**
 * Makes the group of a term.
 *
 * @param options.prefixes lexemes that begin with the word that is being typed, or a `'word':*`
 * @param options.corrections words that were probably meant, when nothing has the word itself
 * @param options.isCode it is some product's SKU, GTIN or model number
 */
export function toWordGroup(options: {
  text: string
  isPhrase: boolean
  words: readonly KnownWord[]
  prefixes: readonly { lexeme: string; frequency: number }[]
  corrections: readonly { word: string; frequency: number }[]
  isCode: boolean
}): WordGroup | undefined {
  const { text, isPhrase, words, isCode } = options
  const pieces = words.filter(({ isJoined }) => !isJoined)
  const [first] = pieces
  if (!first) return undefined
  const saying = pieces.filter(({ isStopWord }) => !isStopWord)
  const rarest = Math.min(...(saying.length > 0 ? saying : pieces).map(({ frequency }) => frequency))
  if (isPhrase || pieces.length > 1) {
    const joined = isPhrase ? [] : words.filter(({ isJoined }) => isJoined)
    // BO-887H: thousands have a bo, an 887 and an h somewhere, and each would be read to see whether they stand in a row.
    const isWhole = isCode && joined.length > 0 && pieces.length > 2
    return {
      text,
      exact: [...joined.map(({ word }) => quote(word)), ...(isWhole ? [] : [inARow(pieces)])],
      near: [],
      exactFrequency: (isWhole ? 0 : rarest) + sum(joined.map(({ frequency }) => frequency)),
      nearFrequency: 0,
      isAlone: false,
      corrections: [],
      isStopWord: false,
      isPhrase,
    }
  }
  const { word, englishStem, indonesianStem, synonyms, isStopWord } = first
  const stems = [
    ...(englishStem === null ? [] : [quote(`en:${englishStem}`)]),
    ...(englishStem === null || englishStem === word ? [] : [quote(englishStem)]),
    // Never the bare Indonesian stem: see `indonesian_stem` in the migration.
    ...(indonesianStem === null ? [] : [quote(`id:${indonesianStem}`)]),
  ]
  // Nothing has the word itself, so its likeliest correction stands for it and is worth as much.
  const [meant, ...others] = options.corrections
  const near = [
    ...stems,
    ...synonyms,
    ...options.prefixes.map(({ lexeme }) => lexeme),
    ...others.map(({ word }) => quote(word)),
  ]
  const nearFrequency =
    first.stemFrequency + sum([...options.prefixes, ...others].map(({ frequency }) => frequency))
  return {
    text,
    exact: [quote(word), ...(meant ? [quote(meant.word)] : [])],
    near,
    exactFrequency: first.frequency + (meant?.frequency ?? 0),
    nearFrequency,
    // How many have a synonym, nobody has counted.
    isAlone: !meant && nearFrequency === 0 && synonyms.length === 0,
    corrections: options.corrections.map(({ word }) => word),
    isStopWord,
    isPhrase: false,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
