import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance } from '../text/edit-distance.ts'
import { type CheckedCandidate, likely, meant, mistakesAllowed, remainders } from './spelling.ts'

const word = fc.stringMatching(/^[a-e]{4,10}$/)

test('two words that differ by so many letters share a remainder', () => {
  fc.assert(
    fc.property(word, word, (one, other) => {
      const distance = editDistance(one, other)
      fc.pre(distance <= 2)
      const left = new Set(remainders(one, distance))
      expect(remainders(other, distance).some((remainder) => left.has(remainder))).toBe(true)
    }),
  )
})

test('two mistakes in a long word, one in a shorter one, none in numbers and words of three letters', () => {
  expect(['tas', '16gb', 'kemeja', 'handphone'].map(mistakesAllowed)).toEqual([0, 0, 1, 2])
})

describe('what was meant', () => {
  const candidate = (text: string, more: Partial<CheckedCandidate> = {}): CheckedCandidate => ({
    text,
    kind: 'correction',
    tsqueries: [`'${text}'`],
    frequency: 10,
    titleFrequency: 10,
    matches: 5,
    ...more,
  })
  const texts = (typed: string, candidates: CheckedCandidate[], company = 1_000) =>
    meant(typed, likely(typed, candidates), company).map(({ text }) => text)

  test.each([
    [
      'the nearest',
      'earhpones',
      [candidate('earpieces', { matches: 90 }), candidate('earphones')],
      ['earphones'],
    ],
    [
      'one with the same first letter',
      'sick',
      [candidate('tick', { matches: 90 }), candidate('stick')],
      ['stick'],
    ],
    [
      'of equally near ones, the one that more titles have',
      'stck',
      [candidate('stack', { matches: 9 }), candidate('stick', { titleFrequency: 99 })],
      ['stick'],
    ],
    [
      'the only one that a product has beside the other words',
      'cale',
      [candidate('calendar', { kind: 'completion', matches: 0 }), candidate('cable')],
      ['cable'],
    ],
    [
      'two words written as one',
      'powerbank',
      [candidate('powerbanks'), candidate('power bank', { kind: 'split' })],
      ['power bank'],
    ],
    [
      'nothing, if no product has it beside the other words',
      'arabika',
      [candidate('arabia', { matches: 0 })],
      [],
    ],
    ['nothing, if no word is near enough', 'kopi', [candidate('kaki')], []],
  ])('%s', (_what, typed, candidates, expected) => {
    expect(texts(typed, candidates)).toEqual(expected)
  })

  test('with few products to tell, a word that none of them has beside the others may be meant', () => {
    expect(texts('ruged', [candidate('rugged', { matches: 0 })], 2)).toEqual(['rugged'])
  })
})
