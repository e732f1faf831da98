import { problem } from '../../errors.ts'

/** A word, or the words between quotes: one thing to find. */
export interface Term {
  text: string
  isPhrase: boolean
}

export interface ParsedQuery {
  /** All of these are wanted, each by any of its alternatives (`red OR blue`). */
  wanted: Term[][]
  unwanted: Term[]
  /** Whether the last wanted term may still be unfinished: it ends the query, without a quote or space after it. */
  isOpenEnded: boolean
}

/** Typographic quotes are the quotes of a phrase. */
const quotes = /[“”„‟«»＂]/gu

/** What `fold` drops in the index, too: soft hyphens, joiners, marks of direction. */
const invisible = /\p{Cf}/gu

/** Separates words, as in the index: all but letters, digits and marks that may be in a word (men's, AT&T, WD-40, 3,5). */
const separators = /[^\p{L}\p{N}\p{M}\s"'’ʼ`´&.,_-]+|,(?!\d)|(?<!\d),/gu

/** `16 GB` is `16GB`: a number and its unit are one word, as in the index. */
const measure =
  /(?<=^|\s)(\d+(?:[.,]\d+)?)\s+(?=(?:[kmgt]b|[km]?g|gram|kilo(?:gram)?|m?l|lit(?:er|re)s?|[cm]?m|k?w|watts?|mah|inch(?:es)?|inci|hz|v)(?:\s|$))/giu

/** `kemeja-putih` is two words; T-shirt and AT&T are one. */
const severalWords = /^\p{L}{3,}(?:[-&._]\p{L}{3,})+$/u

/** The longest word that the index has. The rest of a longer one cannot make a difference. */
const maxLetters = 64

/**
 * Step 1: reads a query as people know it from the web: words, "exact phrases", `-without`, `this OR that`. Every text is a
 * query; what has no meaning (a lone quote or minus, OR at an end) is ignored.
 * @throws {Problem} `empty_query`, `pure_negation`
 */
export function parse(typed: string): ParsedQuery {
  const input = typed
    .replace(quotes, '"')
    .replace(invisible, '')
    .replace(separators, ' ')
    .replace(measure, '$1')
  const wanted: Term[][] = []
  const unwanted: Term[] = []
  let joinsPrevious = false
  // A minus counts only at the start of a word: T-shirt has none.
  for (const match of input.matchAll(/(?<minus>(?<!\S)-)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/gu)) {
    const { minus, phrase, word } = match.groups ?? {}
    const text = (phrase ?? word?.slice(0, maxLetters) ?? '').trim()
    if (word === 'OR' && minus === undefined) {
      joinsPrevious = wanted.length > 0
      continue
    }
    // A term of punctuation alone finds nothing.
    if (!/[\p{L}\p{N}]/u.test(text)) continue
    const term = { text, isPhrase: phrase !== undefined }
    if (minus !== undefined) unwanted.push(term)
    else if (joinsPrevious) wanted.at(-1)?.push(term)
    else if (severalWords.test(text)) {
      wanted.push(...text.split(/[^\p{L}]/u).map((each) => [{ text: each, isPhrase: false }]))
    } else wanted.push([term])
    joinsPrevious = false
  }
  if (wanted.length === 0) throw problem(unwanted.length > 0 ? 'pure_negation' : 'empty_query')
  const last = wanted.at(-1)?.at(-1)
  return { wanted, unwanted, isOpenEnded: last !== undefined && !last.isPhrase && input.endsWith(last.text) }
}
