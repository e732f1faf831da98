import type { ParsedQuery } from './parse.ts'
import type { FoundCode } from './vocabulary/repository.ts'

/** `KMJ 39698 NV M` is one code of four words. */
const maxCodeWords = 8
/** The texts of a longer query are not looked up as codes. */
const maxWords = 16

/** A shorter code, such as `S21`, is looked up only if it is the whole query. */
const minPartLength = 5

/** The texts of a query that may be codes: each word, words in a row if there is a digit in them, and all words. */
export function possibleCodes({ wanted }: ParsedQuery): string[] {
  const words = wanted.slice(0, maxWords).flatMap(([first]) => (first ? [first.text] : []))
  const runs = words.flatMap((_word, start) =>
    words
      .slice(start + 1, start + maxCodeWords)
      .map((_, more) => words.slice(start, start + more + 2).join(''))
      .filter((run) => /\d/.test(run)),
  )
  const isLong = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= minPartLength
  return [...words, ...runs].filter(isLong).concat(words.join(''))
}

/** A model number may belong to several products. A code that more products have than fit a page is not an answer. */
const maxProducts = 20
/** A word that more titles have is an ordinary word, even if it is also some product's model number. */
const ordinaryFrom = 20
/** `128gb` and `65w` are measures, even if they are also model numbers. */
const measure = /^\d+[a-z]{1,3}$/
const minCodeLength = 5

/**
 * Whether a text that is some product's code was meant as one. With a digit in it, it was, unless it is short or a measure
 * and an ordinary word. Without a digit, it was if no other product has it as a word: `tablet` may be a model number.
 */
export function isMeant({ key, products, frequency, titleFrequency }: FoundCode): boolean {
  if (products.length > maxProducts) return false
  if (!/\d/.test(key)) return frequency <= products.length
  const looksLikeCode = key.length >= minCodeLength && !measure.test(key)
  return looksLikeCode || titleFrequency <= ordinaryFrom
}
