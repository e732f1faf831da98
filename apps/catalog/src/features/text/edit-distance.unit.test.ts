import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance } from './edit-distance.ts'

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
