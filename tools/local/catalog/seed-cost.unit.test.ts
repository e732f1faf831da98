import { expect, test } from 'vitest'
import { seedWarning } from './seed-cost.ts'

const plenty = 1e12

test('seed: a large scale is announced with its time and its disk', () => {
  expect(seedWarning(1_000_000, plenty)).toBe(
    `1,000,000 products take 17 to 56 minutes, and 5.0 GB of disk in the end.
Ctrl-C stops; the same command continues. npm run reset frees the disk.`,
  )
})

test('seed: what does not fit on the disk is announced, too', () => {
  expect(seedWarning(1_000_000, 2e9)).toContain('The disk has only 2.0 GB left')
})

test('seed: the usual scale needs no warning', () => {
  expect(seedWarning(5_000, 0)).toBeUndefined()
})
