/** Words of this length or more may have two mistakes; a shorter word with two mistakes could be anything. */
export const longWordLetters = 8
/** Shorter words are never corrected, because they have too many neighbours: `tas`, `tab` and `tak` are three words. */
export const minLetters = 4

/** How many letters may be wrong in a word. */
export function mistakesAllowed(word: string): 0 | 1 | 2 {
  // Digits are not mistyped words: 128 is not 256.
  if (!/^\p{L}+$/u.test(word) || word.length < minLetters) return 0
  return word.length < longWordLetters ? 1 : 2
}

/**
 * The word itself and what is left of it without `mistakes` letters or fewer. Two words that differ by a few letters
 * meet in such a remainder (SymSpell, W. Garbe 2012: symmetric deletes), so that a look-up of equal strings finds
 * what is alike.
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

/**
 * Letters to insert, delete, replace or swap with their neighbour to make one word of the other (optimal string
 * alignment distance).
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        row > 1 && column > 1 && isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return at(last, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}

/** Which words were meant, the likeliest first. Rare words are not proposed: they may be mistakes themselves. */
export function corrections(
  typed: string,
  candidates: readonly { word: string; frequency: number }[],
): { word: string; frequency: number }[] {
  const allowed = mistakesAllowed(typed)
  return candidates
    .map(({ word, frequency }) => ({ word, frequency, distance: editDistance(typed, word) }))
    .filter(({ distance }) => distance <= allowed)
    .toSorted((a, b) => a.distance - b.distance || b.frequency - a.frequency || (a.word < b.word ? -1 : 1))
    .slice(0, maxCorrections)
    .map(({ word, frequency }) => ({ word, frequency }))
}

/** The first is nearly always right; two more cost little and catch the rest. */
const maxCorrections = 3
