/** A word, or the words between quotes: one thing to look for. */
export interface Term {
  text: string
  isPhrase: boolean
}

export interface ParsedQuery {
  /** All of these are wanted, each by any of its alternatives (`red OR blue`). */
  wanted: Term[][]
  unwanted: Term[]
  /** The last wanted term may still be being typed: it ends the query, without a quote or a space behind it. */
  isOpenEnded: boolean
}

/** `16 GB` is `16GB`: a number and its unit are one word, as the index has it. */
const measure =
  /(?<=^|\s)(\d+(?:[.,]\d+)?)\s+(?=(?:[kmgt]b|[km]?g|m?l|[cm]?m|k?w|mah|inch|inci|hz|v)(?:\s|$))/giu

/**
 * Reads a query as people know it from the web: words, "exact phrases", `-without`, `this OR that`. Everything is
 * a query; what makes no sense (a lone quote or minus, OR at an end) is read as if it were not there.
 */
export function parseQuery(typed: string): ParsedQuery {
  const input = typed.replace(measure, '$1')
  const wanted: Term[][] = []
  const unwanted: Term[] = []
  let joinsPrevious = false
  // A minus counts at the start of a word only: T-shirt has none.
  for (const match of input.matchAll(/(?<minus>(?<![^\s(])-)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/gu)) {
    const { minus, phrase, word } = match.groups ?? {}
    const text = (phrase ?? word ?? '').trim()
    if (word === 'OR' && minus === undefined) {
      joinsPrevious = wanted.length > 0
      continue
    }
    // At least one letter or digit: a term of nothing but marks looks for nothing.
    if (!/[\p{L}\p{N}]/u.test(text)) continue
    const term = { text, isPhrase: phrase !== undefined }
    if (minus !== undefined) unwanted.push(term)
    else if (joinsPrevious) wanted.at(-1)?.push(term)
    else wanted.push([term])
    joinsPrevious = false
  }
  const last = wanted.at(-1)?.at(-1)
  return { wanted, unwanted, isOpenEnded: last !== undefined && !last.isPhrase && input.endsWith(last.text) }
}
