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
  corrections: string[]
  isStopWord: boolean
}

/** Lexemes are letters, digits, dots and the colon of a stem: no quote can be in one. */
const quote = (lexeme: string) => `'${lexeme}'`
export const either = (alternatives: readonly string[]) => alternatives.map((one) => `(${one})`).join(' | ')
/** The same, but only where title or brand has it: A and B. */
export const inTitle = (tsquery: string) => tsquery.replaceAll(/'[^']+'/g, '$&:AB')
export const matching = ({ exact, near }: WordGroup) => either([...exact, ...near])

/** The pieces one after the other, as in a phrase. */
function inARow(pieces: readonly KnownWord[]): string {
  return pieces.map(({ word }) => quote(word)).join(' <-> ')
}

/**
 * Makes the group of a term.
 *
 * @param options.prefixes lexemes that begin with the word that is being typed, or a `'word':*`
 * @param options.corrections words that were probably meant, when nothing has the word itself
 */
export function toWordGroup(options: {
  text: string
  isPhrase: boolean
  words: readonly KnownWord[]
  prefixes: readonly { lexeme: string; frequency: number }[]
  corrections: readonly { word: string; frequency: number }[]
}): WordGroup | undefined {
  const { text, isPhrase, words } = options
  const pieces = words.filter(({ isJoined }) => !isJoined)
  const [first] = pieces
  if (!first) return undefined
  const rarest = Math.min(...pieces.map(({ frequency }) => frequency))
  if (isPhrase || pieces.length > 1) {
    const joined = isPhrase ? [] : words.filter(({ isJoined }) => isJoined)
    return {
      text,
      exact: [...joined.map(({ word }) => quote(word)), inARow(pieces)],
      near: [],
      exactFrequency: rarest + sum(joined.map(({ frequency }) => frequency)),
      nearFrequency: 0,
      corrections: [],
      isStopWord: false,
    }
  }
  const { word, englishStem, indonesianStem, synonyms, isStopWord } = first
  const stems = [
    ...(englishStem === null ? [] : [quote(`en:${englishStem}`)]),
    ...(englishStem === null || englishStem === word ? [] : [quote(englishStem)]),
    // Never the bare Indonesian stem: see `indonesian_stem` in the migration.
    ...(indonesianStem === null ? [] : [quote(`id:${indonesianStem}`)]),
  ]
  const near = [
    ...stems,
    ...synonyms,
    ...options.prefixes.map(({ lexeme }) => lexeme),
    ...options.corrections.map(({ word }) => quote(word)),
  ]
  return {
    text,
    exact: [quote(word)],
    near,
    exactFrequency: first.frequency,
    nearFrequency:
      first.stemFrequency +
      sum([...options.prefixes, ...options.corrections].map(({ frequency }) => frequency)),
    corrections: options.corrections.map(({ word }) => word),
    isStopWord,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
