import { expect, test } from 'vitest'
import { decideDelivery, deliveryAttempts, deliveryBackoff, isDelivered } from './delivery-decision.ts'
import { readRetryAfter } from './webhook-client.ts'

const minutes = (count: number) => count * 60_000
const hours = (count: number) => minutes(60 * count)
const retry = (afterMs?: number) => ({ kind: 'retry', afterMs })

test.each([
  ['410', { status: 410 }, 1, { kind: 'disable', reason: 'gone' }],
  ['an error', { status: 500 }, 1, retry()],
  ['no response', undefined, 3, retry()],
  ['a redirect', { status: 302 }, 1, retry()],
  ['too many requests', { status: 429 }, 2, retry(minutes(10))],
  ['a bad gateway', { status: 502 }, 3, retry(minutes(60))],
  ['a pause within bounds', { status: 503, retryAfterMs: minutes(7) }, 2, retry(minutes(7))],
  ['too short a pause', { status: 429, retryAfterMs: 0 }, 2, retry(minutes(5))],
  ['too long a pause', { status: 429, retryAfterMs: hours(999) }, 2, retry(minutes(10))],
  ['a late attempt', { status: 504 }, 9, retry(hours(48))],
])('after %s', (_what, response, attempt, expected) => {
  const given = response && { retryAfterMs: undefined, ...response }
  expect(decideDelivery(given, { attempt, isFailing: false })).toEqual(expected)
})

test('an endpoint that has failed for too long is disabled, whatever it returns; 410 stays the reason', () => {
  const disabledBy = (status: number) =>
    decideDelivery({ status, retryAfterMs: undefined }, { attempt: 1, isFailing: true })
  expect(disabledBy(500)).toEqual({ kind: 'disable', reason: 'failing' })
  expect(decideDelivery(undefined, { attempt: 1, isFailing: true })).toEqual(disabledBy(500))
  expect(disabledBy(410)).toEqual({ kind: 'disable', reason: 'gone' })
})

test('only a 2xx counts as delivered', () => {
  const delivered = [199, 200, 204, 299, 300, 304].filter(isDelivered)
  expect(delivered).toEqual([200, 204, 299])
})

test('ten attempts take three days', () => {
  const pauses = Array.from({ length: deliveryAttempts - 1 }, (_, index) => deliveryBackoff(index + 1, 0.999))
  expect(pauses[0]).toBeLessThanOrEqual(5_000)
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeGreaterThan(hours(72))
})

test.each([
  ['120', 120_000],
  ['Sat, 21 Nov 2026 09:32:00 GMT', 120_000],
  ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s', (header, expected) => {
  expect(readRetryAfter(header, Date.parse('2026-11-21T09:30:00Z'))).toBe(expected)
})
