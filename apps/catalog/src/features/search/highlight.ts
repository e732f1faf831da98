/** A piece of a text: what matched is for the client to set in bold. No markup, so nothing to escape. */
export interface Fragment {
  text: string
  isMatch: boolean
}

const wordPattern = /[\p{L}\p{N}]+/gu

/** The words of texts, each once: what `isMatch` will be asked. */
export function wordsOf(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(wordPattern) ?? []))]
}

/**
 * Those of the words that PostgreSQL has to be asked about: an English stem begins as its word does, an Indonesian one need
 * not (`pelari`: `lari`). What an accented letter is folded to is not known here.
 */
export function mayMatch(words: readonly string[], lexemes: readonly string[]): string[] {
  if (lexemes.some((lexeme) => lexeme.startsWith('id:'))) return [...words]
  const initials = new Set(lexemes.map((lexeme) => lexeme.replace('en:', '')[0]))
  return words.filter((word) => !/^[a-z0-9]/i.test(word) || initials.has(word[0]?.toLowerCase()))
}

/** Cuts a text where matching begins and ends; the fragments' texts together are the text. */
export function highlight(text: string, isMatch: (word: string) => boolean): Fragment[] {
  const fragments: Fragment[] = []
  const add = (piece: string, matches: boolean) => {
    const last = fragments.at(-1)
    if (piece === '') return
    if (last && last.isMatch === matches) last.text += piece
    else fragments.push({ text: piece, isMatch: matches })
  }
  let end = 0
  for (const match of text.matchAll(wordPattern)) {
    add(text.slice(end, match.index), false)
    end = match.index + match[0].length
    add(match[0], isMatch(match[0]))
  }
  add(text.slice(end), false)
  return fragments
}
