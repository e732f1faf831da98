import { describe, expect, test } from 'vitest'
import { Cancelled, Dead, Done, type Outcome, RateLimited, Retry, Snooze } from '../kinds/outcome.ts'
import { type AbortReason, decideResult } from './result-decision.ts'

const error = new Error('refused')
const kind = { attempts: 3, backoff: (attempt: number) => attempt * 100 }
const decide = (outcome: Outcome, aborted?: AbortReason, failedBefore = 0) =>
  decideResult({ outcome, aborted, failedBefore, kind, random: 0.5 })

test.each([
  [Done({ rows: 3 }), { kind: 'done', result: { rows: 3 } }],
  [Retry(error), { kind: 'retry', outcome: 'failed', error, afterMs: 100 }],
  [Retry(error, 7), { kind: 'retry', outcome: 'failed', error, afterMs: 7 }],
  [Dead('ambiguous_effect', error), { kind: 'dead', outcome: 'failed', reason: 'ambiguous_effect', error }],
  [Snooze(50), { kind: 'later', outcome: 'snoozed', afterMs: 50 }],
  [RateLimited(60), { kind: 'later', outcome: 'rate_limited', afterMs: 60 }],
  [Cancelled(), { kind: 'cancelled' }],
] as const)('an outcome of the handler is obeyed: %o', (outcome, expected) => {
  expect(decide(outcome)).toEqual(expected)
})

test('the last attempt is the end: exhausted, or timeout when the deadline has passed', () => {
  expect(decide(Retry(error), undefined, 1)).toMatchObject({ kind: 'retry', afterMs: 200 })
  expect(decide(Retry(error), undefined, 2)).toEqual({
    kind: 'dead',
    outcome: 'failed',
    reason: 'exhausted',
    error,
  })
  expect(decide(Retry(error), 'timeout', 2)).toEqual({
    kind: 'dead',
    outcome: 'timeout',
    reason: 'timeout',
    error,
  })
})

describe('an aborted run', () => {
  const ended: Outcome[] = [
    Retry(error),
    Dead('non_retryable', error),
    Snooze(1),
    RateLimited(1),
    Cancelled(),
  ]

  test('that has lost its lock changes nothing, even if it succeeded', () => {
    for (const outcome of [...ended, Done()]) expect(decide(outcome, 'lock_lost')).toEqual({ kind: 'drop' })
  })
  test.each(['cancel', 'shutdown', 'timeout'] as const)(
    'that succeeded all the same is done: %s',
    (reason) => {
      expect(decide(Done(1), reason)).toEqual({ kind: 'done', result: 1 })
    },
  )
  test('that was cancelled changes nothing: the ledger knows', () => {
    for (const outcome of ended) expect(decide(outcome, 'cancel')).toEqual({ kind: 'drop' })
  })
  test('by a shutdown runs elsewhere and uses no attempt, even the last one', () => {
    for (const outcome of ended)
      expect(decide(outcome, 'shutdown', 2)).toEqual({ kind: 'later', outcome: 'interrupted', afterMs: 0 })
  })
  test('by the deadline is a failed attempt, whatever the handler says', () => {
    for (const outcome of ended)
      expect(decide(outcome, 'timeout')).toMatchObject({ kind: 'retry', outcome: 'timeout', afterMs: 100 })
  })
})
