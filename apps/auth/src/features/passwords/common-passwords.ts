import { dictionary } from '@zxcvbn-ts/language-common'

/**
 * Knows the passwords that are tried first. The list (49,000 of the most common ones, from breaches) comes with an
 * npm package; few of its entries have 15 characters, since few sites ask for them. What people do when a site asks
 * for more is to write a common password twice, or two of them together. So those count as common, too: a password is
 * refused when it is an entry, a repetition of one piece, or two entries joined.
 *
 * @returns a function that tells of a normalised, lower-case password whether it is common
 */
export function createCommonPasswords(): (password: string) => boolean {
  const entries = new Set(
    dictionary['passwords-common'].map((entry) => entry.normalize('NFKC').toLowerCase()),
  )
  const isJoined = (password: string) => {
    for (let end = 1; end < password.length; end += 1) {
      if (entries.has(password.slice(0, end)) && entries.has(password.slice(end))) return true
    }
    return false
  }
  return (password) => {
    const piece = repeatedPiece(password)
    return entries.has(password) || entries.has(piece) || isJoined(piece) || piece.length <= maxTrivialPiece
  }
}

/** `abcabcabcabcabc` is easy to remember and among the first to be tried, whether or not `abc` is in a list. */
const maxTrivialPiece = 4

/** The shortest text whose repetition (the last time perhaps cut off) is the whole: `abab` and `ababa` give `ab`. */
function repeatedPiece(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const piece = text.slice(0, length)
    if (piece.repeat(Math.ceil(text.length / length)).startsWith(text)) return piece
  }
  return text
}
