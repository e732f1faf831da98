import { dictionary } from '@zxcvbn-ts/language-common'

/** The 49,000 most frequent passwords in breaches, from an npm package. */
const entries = new Set(dictionary['passwords-common'].map((entry) => entry.normalize('NFKC').toLowerCase()))

/** Guessers try `abcabcabcabcabc` early, whether or not `abc` is in the list. */
const maxTrivialPiece = 4

/**
 * Says whether a guesser would try this password early (ADR 9). Few entries of the list have 15 characters, because few
 * sites require that many. When a site does, people repeat a common password or join two. So a password is common if it
 * is an entry, repeats an entry, repeats any piece of up to four characters, or joins two entries.
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

/** The shortest piece that repeats to give the text; the last repetition may be cut off: `ababa` gives `ab`. */
function repeatedPiece(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const piece = text.slice(0, length)
    if (piece.repeat(Math.ceil(text.length / length)).startsWith(text)) return piece
  }
  return text
}
