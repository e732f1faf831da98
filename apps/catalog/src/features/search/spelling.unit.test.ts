import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corrections, editDistance, mistakesAllowed, remainders } from './spelling.ts'

const word = fc.stringMatching(/^[a-e]{4,10}$/)

describe('edit distance', () => {
  test.each([
    ['samsung', 'samsung', 0],
    ['samsumg', 'samsung', 1],
    ['smasung', 'samsung', 1],
    ['samung', 'samsung', 1],
    ['kemja', 'meja', 2],
    ['', 'abc', 3],
  ])('from %s to %s is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance)
  })

  test('is the same in both directions, and 0 for equal words only', () => {
    fc.assert(
      fc.property(word, word, (one, other) => {
        expect(editDistance(one, other)).toBe(editDistance(other, one))
        expect(editDistance(one, other) === 0).toBe(one === other)
      }),
    )
  })
})

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

test('the nearest word is meant, then the commonest; digits and short words are left alone', () => {
  const known = [
    { word: 'kopi', frequency: 10 },
    { word: 'koper', frequency: 50 },
    { word: 'kopling', frequency: 90 },
  ]
  expect(corrections('kope', known).map(({ word }) => word)).toEqual(['koper', 'kopi'])
  expect([mistakesAllowed('tas'), mistakesAllowed('16gb'), mistakesAllowed('kemeja')]).toEqual([0, 0, 1])
  expect(mistakesAllowed('handphone')).toBe(2)
})
