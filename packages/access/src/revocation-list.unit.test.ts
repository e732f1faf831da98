import { createClock } from '@fondasi/testing'
import { expect, test } from 'vitest'
import { endOfSession, principalOf } from '../test/demo-session.ts'
import { createRevocationList } from './index.ts'

test('entries are dropped when their tokens have expired, except a revoked key, which stays refused', () => {
  const clock = createClock()
  const list = createRevocationList(clock)
  list.add(endOfSession('s1'))
  list.add({ kind: 'key', kid: 'k1', expiresAtMs: clock().getTime() + 600_000 })
  expect(list.isRevoked(principalOf('s1'))).toBe(true)
  expect(list.isKeyRevoked('k1')).toBe(true)
  expect(list.isKeyRevoked('k2')).toBe(false)

  clock.advance(3_600_000)
  list.add(endOfSession('s2'))
  expect(list.isRevoked(principalOf('s1'))).toBe(false)
  expect(list.isKeyRevoked('k1')).toBe(true)
})
