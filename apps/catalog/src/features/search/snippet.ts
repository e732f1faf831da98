import { type Fragment, highlight } from './highlight.ts'

const maxLength = 160
/** The words before the first match say what the sentence is about. */
const lengthBefore = 40

// It knows the words of scripts that write no spaces between them, too.
const words = new Intl.Segmenter(undefined, { granularity: 'word' })

/**
 * The part of a text around its first matches, up to 160 characters long and cut between words.
 * @returns undefined when nothing matches
 */
export function snippet(text: string, isMatch: (word: string) => boolean): Fragment[] | undefined {
  const fragments = highlight(text, isMatch)
  const first = fragments.findIndex((fragment) => fragment.isMatch)
  if (first === -1) return undefined
  const match = fragments.slice(0, first).reduce((length, fragment) => length + fragment.text.length, 0)
  const wordAt = (place: number) => words.segment(text).containing(place)
  const before = wordAt(match - lengthBefore - 1)
  const start = before === undefined ? 0 : Math.min(match, before.index + before.segment.length)
  const end = wordAt(start + maxLength)?.index ?? text.length
  // A single word may be longer than a snippet.
  if (end <= match) return undefined
  const part = text.slice(start, end).trim()
  return highlight(start === 0 ? part : part.replace(/^[\s\p{P}]+/u, ''), isMatch)
}
