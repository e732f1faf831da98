import { editDistance } from '../text/edit-distance.ts'

/** Words of this length or more may have two mistakes. A shorter word with two mistakes could be anything. */
export const longWordLetters = 8
/** Shorter words are never corrected, because too many words are like them: `tas`, `tab` and `tak`. */
export const minLetters = 4

/** How many letters may be wrong in a word. */
export function mistakesAllowed(word: string): 0 | 1 | 2 {
  // Digits are not mistyped words: 128 is not 256.
  if (!/^\p{L}+$/u.test(word) || word.length < minLetters) return 0
  return word.length < longWordLetters ? 1 : 2
}

/**
 * The word itself, and what remains of it after deleting up to `mistakes` letters. Two words that differ by a few letters
 * share such a remainder (SymSpell, W. Garbe 2012: symmetric deletes), so a look-up of equal strings finds similar words.
 */
export function remainders(word: string, mistakes: number): string[] {
  const found = new Set([word])
  let layer = [word]
  for (let removed = 0; removed < mistakes; removed += 1) {
    layer = layer.flatMap((text) => Array.from(text, (_, at) => text.slice(0, at) + text.slice(at + 1)))
    for (const text of layer) found.add(text)
  }
  return [...found]
}

/** A word of the vocabulary that may have been meant. */
export interface Candidate {
  text: string
  kind: 'completion' | 'correction' | 'split'
  tsqueries: string[]
  /** Products that have it. */
  frequency: number
  /** Those that have it in title or brand: what people type is in titles. */
  titleFrequency: number
}

/** A candidate with the number of products that have it together with the rarest other word of the query. */
export interface CheckedCandidate extends Candidate {
  matches: number
}

/** Checking a candidate costs a look-up in the text index. */
const maxChecked = 12

/** Whether nothing is wrong with the letters of a word, but that some are missing or in another order: `cale` of `cable`. */
function hasAllLetters(meant: string, typed: string): boolean {
  const left = Array.from(meant)
  return Array.from(typed).every((letter) => {
    const at = left.indexOf(letter)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
}

/**
 * How unlikely it is that the candidate was meant. A completion or a split is likelier than a mistake, a missing letter
 * likelier than a wrong one, and the first letter is seldom wrong.
 */
function costOf(typed: string, { text, kind }: Candidate): number {
  if (kind !== 'correction') return 0.5
  return (
    editDistance(typed, text) + (typed[0] === text[0] ? 0 : 0.5) + (hasAllLetters(text, typed) ? 0 : 0.25)
  )
}

/** Most words that are like a short word are other words (`muka` and `muda`, `koko` and Kobo). */
function isTooShort(typed: string, meant: string): boolean {
  return Math.min(typed.length, meant.length) <= minLetters && !hasAllLetters(meant, typed)
}

/** The candidates that are worth checking, the likeliest first. */
export function likely<Each extends Candidate>(typed: string, candidates: readonly Each[]): Each[] {
  const allowed = mistakesAllowed(typed)
  return candidates
    .map((candidate) => ({ candidate, cost: costOf(typed, candidate) }))
    .filter(
      ({ candidate: { kind, text }, cost }) =>
        kind !== 'correction' || (Math.floor(cost) <= allowed && !isTooShort(typed, text)),
    )
    .toSorted((a, b) => a.cost - b.cost || b.candidate.titleFrequency - a.candidate.titleFrequency)
    .slice(0, maxChecked)
    .map(({ candidate }) => candidate)
}

/** With fewer products that have the other word, it means nothing that none of them has a candidate, too. */
const enoughCompany = 20

/**
 * What was meant: the candidate that needs the fewest changes, or all completions. A candidate that no product has together
 * with the rarest other word of the query is not one, if there are enough products to tell.
 *
 * @param company products that have that other word
 */
export function meant(
  typed: string,
  checked: readonly CheckedCandidate[],
  company: number,
): CheckedCandidate[] {
  const [first, ...rest] = checked
    .filter(({ matches }) => matches > 0 || company < enoughCompany)
    .toSorted(
      (a, b) =>
        Number(b.matches > 0) - Number(a.matches > 0) ||
        costOf(typed, a) - costOf(typed, b) ||
        b.titleFrequency - a.titleFrequency ||
        b.matches - a.matches ||
        (a.text < b.text ? -1 : 1),
    )
  if (first?.kind !== 'completion') return first ? [first] : []
  return [first, ...rest.filter(({ kind }) => kind === 'completion')]
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
