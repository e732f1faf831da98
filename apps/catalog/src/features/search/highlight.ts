/** A piece of a text. The client makes the matching ones bold; there is no markup, so nothing to escape. */
export interface Fragment {
  text: string
  isMatch: boolean
}

// Combining marks belong to the letter before them, as in Hindi, Tamil and decomposed accents. Apostrophes and invisible
// characters between letters are dropped by `fold` in the migration.
const letter = '[\\p{L}\\p{N}\\p{M}]'
const pieceSource = `${letter}(?:['’ʼ\`´\\u00AD\\u200B-\\u200F\\u2060-\\u2064\\uFEFF]?${letter})*`
/** A word without marks between its letters. */
const piecePattern = new RegExp(pieceSource, 'gu')
/** A word with them: `3,5`, `AT&T`, `T-shirt`. */
const wordPattern = new RegExp(`${pieceSource}(?:[-&._,]${pieceSource})*`, 'gu')

/** The words of texts and their pieces, each once: what `isMatch` will be called with. */
export function wordsOf(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) => text.match(wordPattern) ?? [])
  return [...new Set(words.flatMap((word) => [word, ...piecesOf(word)]))]
}

/** Cuts a text where matches begin and end; the fragments' texts joined are the text. */
export function highlight(text: string, isMatch: (word: string) => boolean): Fragment[] {
  const fragments: Fragment[] = []
  const add = (piece: string, matches: boolean) => {
    const last = fragments.at(-1)
    if (piece === '') return
    if (last && last.isMatch === matches) last.text += piece
    else fragments.push({ text: piece, isMatch: matches })
  }
  const mark = (part: string, pattern: RegExp, marked: (word: string) => void) => {
    let end = 0
    for (const { 0: word, index } of part.matchAll(pattern)) {
      add(part.slice(end, index), false)
      marked(word)
      end = index + word.length
    }
    add(part.slice(end), false)
  }
  // A word is marked as a whole, or the pieces of it that match.
  mark(text, wordPattern, (word) => {
    if (isMatch(word)) add(word, true)
    else mark(word, piecePattern, (piece) => add(piece, isMatch(piece)))
  })
  return fragments
}

const piecesOf = (word: string): readonly string[] => word.match(piecePattern) ?? []
