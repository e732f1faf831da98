import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admit, type Bucket, inFlightMs, settle, throttleRules } from './throttle-rules.ts'

const rules = throttleRules({ LOGIN_FAILURES_PER_ACCOUNT: 10, LOGIN_FAILURES_PER_IP: 30 })
const empty: Bucket = { failures: 0, lockedUntilMs: 0, inFlight: 0 }

/** How many guesses an attacker gets who tries again as soon as a lock ends. */
function guessesWithin(durationMs: number, names: (keyof typeof rules)[]): number {
  let buckets = names.map((name) => ({ rule: rules[name], bucket: empty }))
  let tested = 0
  let nowMs = 0
  while (nowMs < durationMs) {
    const decision = admit(buckets, nowMs)
    if (decision.outcome === 'locked') {
      nowMs += decision.retryAfterMs
    } else {
      buckets = buckets.map(({ rule, bucket }) => ({ rule, bucket: settle(bucket, rule, 'wrong', nowMs) }))
      tested += 1
    }
  }
  return tested
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
  const before = { failures: failures - 1, lockedUntilMs: 0, inFlight: 1 }
  expect(settle(before, rules.account, 'wrong', 5)).toEqual({
    failures,
    lockedUntilMs: lockMs === 0 ? 0 : 5 + lockMs,
    inFlight: 0,
  })
})

describe('room for attempts in flight', () => {
  const nowMs = 1_000_000
  test.each([
    ['as many as may still fail', { failures: 0, inFlight: 9 }, 'admitted'],
    ['no more than that', { failures: 0, inFlight: 10 }, 'busy'],
    ['failures take places', { failures: 7, inFlight: 2 }, 'admitted'],
    ['failures and attempts in flight together', { failures: 7, inFlight: 3 }, 'busy'],
    ['one after a lock is over', { failures: 12, lockedUntilMs: nowMs, inFlight: 0 }, 'admitted'],
    ['only one after a lock is over', { failures: 12, lockedUntilMs: nowMs, inFlight: 1 }, 'busy'],
    ['none while locked', { failures: 12, lockedUntilMs: nowMs + 1, inFlight: 0 }, 'locked'],
  ])('%s', (_name, bucket, outcome) => {
    const attempt = [{ bucket: { ...empty, ...bucket }, rule: rules.account }]
    expect(admit(attempt, nowMs).outcome).toBe(outcome)
  })
})

describe('an attempt that was not tested changes nothing but its place', () => {
  test.each([
    ['without failures', { failures: 0, lockedUntilMs: 0 }],
    ['below the limit', { failures: 9, lockedUntilMs: 0 }],
    ['at the limit', { failures: 10, lockedUntilMs: 5_000 }],
    ['beyond the limit', { failures: 12, lockedUntilMs: 9_000 }],
  ])('%s', (_name, bucket) => {
    const after = settle({ ...bucket, inFlight: 1 }, rules.account, 'untested', 1_000)
    expect(after).toEqual({ ...bucket, inFlight: 0 })
  })
})

test('no order of attempts and results lets more than ten guesses through before the first lock', () => {
  const steps = fc.array(fc.constantFrom('attempt', 'wrong', 'right', 'untested'), { maxLength: 300 })
  fc.assert(
    fc.property(steps, (all) => {
      let bucket = empty
      let wrong = 0
      for (const step of all) {
        if (step === 'attempt') {
          if (admit([{ bucket, rule: rules.account }], 0).outcome === 'admitted')
            bucket = { ...bucket, inFlight: bucket.inFlight + 1 }
        } else if (bucket.inFlight > 0) {
          bucket = settle(bucket, rules.account, step, 0)
          if (step === 'wrong') wrong += 1
        }
        expect(wrong + bucket.inFlight).toBeLessThanOrEqual(10)
      }
    }),
  )
})

test('an attempt counts as in flight for longer than it can take', () => {
  // Two seconds in the queue for hashing, and ten for the longest statement.
  expect(inFlightMs).toBeGreaterThan(12_000)
})
