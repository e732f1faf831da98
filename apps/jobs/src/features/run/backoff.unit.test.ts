import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exponential, listed } from './backoff.ts'

const backoff = exponential({ baseMs: 2_000, capMs: 3_600_000 })

test.each([
  [1, 1_000, 2_000],
  [2, 2_000, 4_000],
  [5, 16_000, 32_000],
  [12, 1_800_000, 3_600_000],
  [1_000, 1_800_000, 3_600_000],
])('after attempt %i the pause is between %i and %i ms', (attempt, least, most) => {
  expect(backoff(attempt, 0)).toBe(least)
  expect(backoff(attempt, 1)).toBe(most)
})

test('a pause is never negative, above the cap or a fraction', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const pause = backoff(attempt, random)
        expect(Number.isInteger(pause) && pause >= 0 && pause <= 3_600_000).toBe(true)
      },
    ),
  )
})

test('a list gives its pauses in order, and then its last one', () => {
  const pauses = listed([0, 5_000, 300_000])
  expect([1, 2, 3, 4, 99].map((attempt) => pauses(attempt, 1))).toEqual([0, 5_000, 300_000, 300_000, 300_000])
})
