import { describe, expect, test } from 'vitest'
import { absoluteExpiry, expiryOf, hasExpired, idleExpiry } from './session-lifetime.ts'

const at = (day: number) => new Date(Date.UTC(2026, 10, day))

describe('a session', () => {
  test.each([
    { idle: 14, absolute: 30, expires: 14 },
    { idle: 30, absolute: 14, expires: 14 },
    { idle: 20, absolute: 20, expires: 20 },
  ])('that may idle to day $idle and last to day $absolute ends on day $expires', (row) => {
    const session = { idleExpiresAt: at(row.idle), absoluteExpiresAt: at(row.absolute) }
    expect(expiryOf(session)).toEqual(at(row.expires))
    expect(hasExpired(session, new Date(at(row.expires).getTime() - 1))).toBe(false)
    expect(hasExpired(session, at(row.expires))).toBe(true)
  })

  test('gets its two ends from the settings', () => {
    const config = { SESSION_IDLE_DAYS: 14, SESSION_MAX_DAYS: 29 }
    expect(idleExpiry(at(1), config)).toEqual(at(15))
    expect(absoluteExpiry(at(1), config)).toEqual(at(30))
  })
})
