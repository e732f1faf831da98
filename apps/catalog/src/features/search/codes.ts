import type { ParsedQuery } from './parse.ts'
import type { FoundCode } from './vocabulary/repository.ts'

/** `KMJ 39698 NV M` is one code of four words. */
const maxCodeWords = 8
/** The texts of a longer query are not looked up as codes. */
const maxWords = 16

/** A shorter code, such as `S21`, is looked up only if it is the whole query. */
const minPartLength = 5

/** The texts of a query that may be codes: all of it, each word, and words in a row if there is a digit in them. */
export function possibleCodes({ wanted }: ParsedQuery): { whole: string; parts: string[] } {
  const words = wanted.slice(0, maxWords).flatMap(([first]) => (first ? [first.text] : []))
  const runs = words.flatMap((_word, start) =>
    words
      .slice(start + 1, start + maxCodeWords)
      .map((_, more) => words.slice(start, start + more + 2).join(' '))
      .filter((run) => /\d/.test(run)),
  )
  const isLong = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= minPartLength
  return { whole: words.join(' '), parts: [...words, ...runs].filter(isLong) }
}

/** A model number may belong to several products. A code that more products have than fit a page is not an answer. */
const maxProducts = 20
/** `128gb` and `65w` are measures, even if they are also model numbers. */
const measure = /^\d+[a-z]{1,3}$/
const minCodeLength = 4

/**
 * Whether a text that is some product's code was meant as one. Ordinary words may be codes, too: `tablet` and `Note 10` are
 * model numbers. So all of a query is a code if it looks like one, or if no other product has its words. A part of a query
 * is one only if both are true: `redmi note 10` does not ask for the other phones named Note 10.
 */
export function isMeant({ key, isWhole, products, othersHaveIt }: FoundCode): boolean {
  if (products.length > maxProducts) return false
  const looksLikeCode = key.length >= minCodeLength && /\d/.test(key) && !measure.test(key)
  return isWhole ? looksLikeCode || !othersHaveIt : looksLikeCode && !othersHaveIt
}
