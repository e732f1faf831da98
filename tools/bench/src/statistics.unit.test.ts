import { describe, expect, test } from 'vitest'
import { median, medianRatio, percentile } from './statistics.ts'

describe('median', () => {
  test.each([
    [[5], 5],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    // Numbers, not texts: 10 is more than 9.
    [[10, 9, 100], 10],
    [[1, 1, 1, 1_000], 1],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected))

  test('leaves its input as it was', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })

  test('of nothing is an error, not NaN', () => expect(() => median([])).toThrow(RangeError))
})

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  test.each([
    [hundred, 50, 50],
    [hundred, 99, 99],
    [hundred, 100, 100],
    [hundred, 0, 1],
    [[7], 99, 7],
    [[10, 9, 100], 50, 10],
  ])('of %j, %d %%: %d', (values, percent, expected) => expect(percentile(values, percent)).toBe(expected))

  test('of nothing is an error, not NaN', () => expect(() => percentile([], 50)).toThrow(RangeError))
})

test('a ratio is taken within each round: a machine that slows down for both sides changes nothing', () => {
  const rounds = [
    { a: 90, b: 100 },
    { a: 9, b: 10 },
    { a: 900, b: 1_000 },
  ]
  const ratio = medianRatio(
    rounds,
    (round) => round.a,
    (round) => round.b,
  )
  expect(ratio).toBe(0.9)
})
