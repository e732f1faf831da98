import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snippet } from './snippet.ts'

const is =
  (...words: string[]) =>
  (word: string) =>
    words.includes(word)
const textOf = (fragments: { text: string }[] | undefined) => fragments?.map(({ text }) => text).join('')

test('a short text is shown whole, with every match marked', () => {
  expect(snippet('Soft cotton, and more cotton.', is('cotton'))).toEqual([
    { text: 'Soft ', isMatch: false },
    { text: 'cotton', isMatch: true },
    { text: ', and more ', isMatch: false },
    { text: 'cotton', isMatch: true },
    { text: '.', isMatch: false },
  ])
})

test.each(['', '...', 'Soft linen.'])('%j has no match, so no snippet', (text) => {
  expect(snippet(text, is('cotton'))).toBeUndefined()
})

test('of a long text, the part around the first match, with words before it', () => {
  const text = `${'linen '.repeat(100)}cotton ${'wool '.repeat(100)}`
  expect(textOf(snippet(text, is('cotton')))).toMatch(/^(linen ){6,7}cotton (wool )+wool$/)
})

test('a text of a script without spaces is cut between its words', () => {
  const text = '私の本はとても良いです。'.repeat(40)
  const words = [...new Intl.Segmenter('ja', { granularity: 'word' }).segment(text)].map(
    ({ segment }) => segment,
  )
  const shown = textOf(snippet(text, (word) => word.includes('本'))) ?? ''
  expect(shown.length).toBeGreaterThan(100)
  expect(words.join(' ')).toContain(
    [...new Intl.Segmenter('ja', { granularity: 'word' }).segment(shown)]
      .map(({ segment }) => segment)
      .join(' '),
  )
})

test('any text: at most 160 characters of it, from one word to another, with a match', () => {
  const word = fc.oneof(
    fc.constant('cotton'),
    fc.stringMatching(/^[a-z]{1,12}$/),
    fc.constantFrom('é', '👕', 'किताब', 'T-shirt', 'x'.repeat(150), 'y'.repeat(300)),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 120 }), fc.constantFrom(' ', ', ', '\n'), (words, separator) => {
      const text = words.join(separator)
      const shown = textOf(snippet(text, is('cotton')))
      expect(shown !== undefined).toBe(words.includes('cotton'))
      if (shown === undefined) return
      expect(shown.length).toBeLessThanOrEqual(160)
      expect(text).toContain(shown)
      expect(shown).toContain('cotton')
      const [first = '', ...others] = shown.split(/[\s,]+/)
      expect(words.some((each) => each.endsWith(first))).toBe(true)
      expect([...words, '']).toEqual(expect.arrayContaining(others.slice(0, -1)))
    }),
  )
})
