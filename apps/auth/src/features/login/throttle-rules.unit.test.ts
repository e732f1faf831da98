import { expect, test } from 'vitest'
import { type Bucket, reserve, throttleRules } from './throttle-rules.ts'

const rules = throttleRules({ LOGIN_FAILURES_PER_ACCOUNT: 10, LOGIN_FAILURES_PER_IP: 30 })

/** How many guesses an attacker gets who tries again the moment that a lock ends. */
function guessesWithin(durationMs: number, names: (keyof typeof rules)[]): number {
  let buckets: Bucket[] = names.map(() => ({ failures: 0, lockedUntilMs: 0 }))
  let admitted = 0
  let nowMs = 0
  while (nowMs < durationMs) {
    const decision = reserve(
      buckets.map((bucket, index) => ({ bucket, rule: rules[names[index] ?? 'account'] })),
      nowMs,
    )
    if (decision.outcome === 'locked') {
      nowMs += decision.retryAfterMs
    } else {
      buckets = decision.after
      admitted += 1
    }
  }
  return admitted
}

const dayMs = 24 * 60 * 60_000

test('an account is guessed at 114 times in a day, and 100 times in all', () => {
  expect(guessesWithin(dayMs, ['account'])).toBe(114)
  expect(guessesWithin(365 * dayMs, ['account', 'streak'])).toBe(100)
})

test('a network waits a minute at most', () => {
  const withinAnHour = guessesWithin(dayMs / 24, ['ip'])
  expect(withinAnHour).toBeGreaterThan(30 + 50)
  expect(withinAnHour).toBeLessThan(30 + 70)
})

test.each([
  [9, 0],
  [10, 1_000],
  [11, 2_000],
  [15, 32_000],
  [19, 512_000],
  [20, 900_000],
  [1_000_000, 900_000],
])('the failure number %i locks an account for %i ms', (failures, lockMs) => {
  const bucket = { failures: failures - 1, lockedUntilMs: 0 }
  expect(reserve([{ bucket, rule: rules.account }], 5)).toEqual({
    outcome: 'admitted',
    after: [{ failures, lockedUntilMs: lockMs === 0 ? 0 : 5 + lockMs }],
  })
})
