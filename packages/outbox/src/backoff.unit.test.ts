import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test.each([
  [1, 1_000],
  [2, 2_000],
  [5, 16_000],
  [10, 512_000],
  [11, 600_000],
  [5_000, 600_000],
])('backoff: after attempt %i the pause is between 0 and %i ms', (attempt, ceilingMs) => {
  expect(backoffMs(attempt, 0)).toBe(0)
  expect(backoffMs(attempt, 0.5)).toBe(ceilingMs / 2)
  expect(backoffMs(attempt, 0.999_999)).toBeLessThanOrEqual(ceilingMs)
})
