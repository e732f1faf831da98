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

/** `16 GB` is `16GB`: a number and its unit are one word, as in the index. */
const measure =
  /(?<=^|\s)(\d+(?:[.,]\d+)?)\s+(?=(?:[kmgt]b|[km]?g|m?l|[cm]?m|k?w|mah|inch|inci|hz|v)(?:\s|$))/giu

/** `kemeja-putih` and `mouse/keyboard` are two words each; T-shirt and AT&T are one. */
const severalWords = /^\p{L}{3,}(?:[-/&+,;|_.]\p{L}{3,})+$/u

/**
 * Step 1: reads a query as people know it from the web: words, "exact phrases", `-without`, `this OR that`. Every text is a
 * query; what has no meaning (a lone quote or minus, OR at an end) is ignored.
 * @throws {Problem} `empty_query`, `pure_negation`
 */
export function parse(typed: string): ParsedQuery {
  const input = typed.replace(measure, '$1')
  const wanted: Term[][] = []
  const unwanted: Term[] = []
  let joinsPrevious = false
  // A minus counts only at the start of a word: T-shirt has none.
  for (const match of input.matchAll(/(?<minus>(?<![^\s(])-)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/gu)) {
    const { minus, phrase, word } = match.groups ?? {}
    const text = (phrase ?? word ?? '').trim()
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
