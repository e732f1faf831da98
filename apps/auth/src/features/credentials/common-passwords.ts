import { dictionary } from '@zxcvbn-ts/language-common'

/** The 49,000 passwords that were found most often in breaches, from an npm package. */
const entries = new Set(dictionary['passwords-common'].map((entry) => entry.normalize('NFKC').toLowerCase()))

/** `abcabcabcabcabc` is easy to remember and among the first to be tried, whether or not `abc` is in a list. */
const maxTrivialPiece = 4

/**
 * Whether a password is among those that are tried first. Few entries of the list have 15 characters, since few sites
 * ask for them. What people do when a site asks for more is to write a common password twice, or two of them
 * together. So a password is common when it is an entry, a repetition of one piece that is, or two entries joined.
 *
 * @param password normalised, in lower case
 */
export function isCommonPassword(password: string): boolean {
  const piece = repeatedPiece(password)
  return piece.length <= maxTrivialPiece || entries.has(password) || entries.has(piece) || isJoined(piece)
}

function isJoined(text: string): boolean {
  for (let end = 1; end < text.length; end += 1) {
    if (entries.has(text.slice(0, end)) && entries.has(text.slice(end))) return true
  }
  return false
}

/** The shortest text whose repetition (the last time perhaps cut off) is the whole: `abab` and `ababa` give `ab`. */
function repeatedPiece(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const piece = text.slice(0, length)
    if (piece.repeat(Math.ceil(text.length / length)).startsWith(text)) return piece
  }
  return text
}
