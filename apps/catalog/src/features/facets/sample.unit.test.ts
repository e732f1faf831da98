import { expect, test } from 'vitest'
import { countedExactly, sampleSizeFor, scaleOf } from './sample.ts'

test('a sample is never larger than what is counted exactly, and never so small that it says nothing', () => {
  for (let matches = 1; matches < 100_000_000; matches = Math.ceil(matches * 1.1)) {
    const size = sampleSizeFor(matches)
    const lookedAt = matches / scaleOf(size)
    if (matches <= countedExactly) expect(lookedAt).toBe(matches)
    else expect(lookedAt).toBeGreaterThan(600)
    if (size !== 1) expect(lookedAt).toBeLessThanOrEqual(12_000)
  }
})
