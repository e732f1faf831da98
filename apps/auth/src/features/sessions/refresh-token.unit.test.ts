import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideRefusedRotation, refreshGraceMs, type SessionState } from './refresh-decision.ts'
import {
  createRefreshTokens,
  hashSecret,
  newRotationSalt,
  newSecret,
  type RefreshToken,
} from './refresh-token.ts'

const tokens = createRefreshTokens({ refreshTag: randomBytes(32), refreshRotation: randomBytes(32) })
// fc.string({ unit: 'binary' }) would first build a table of all of Unicode, which takes seconds.
const anyText = fc.uint16Array({ maxLength: 300 }).map((units) => String.fromCharCode(...units))
const sessionId = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'

describe('refresh token codec', () => {
  test('an encoded token decodes to itself', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (id, generation, bytes) => {
          const secret = Buffer.from(bytes)
          expect(tokens.decode(tokens.encode({ sessionId: id, generation, secret }))).toEqual({
            sessionId: id,
            generation,
            secret,
          })
        },
      ),
    )
  })

  test('a token with one changed character is refused', () => {
    const token = tokens.encode({ sessionId, generation: 3, secret: newSecret() })
    for (let index = 0; index < token.length; index += 1) {
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1)
      expect(tokens.decode(changed)).toBeUndefined()
    }
  })

  test('no other text decodes, and none throws', () => {
    fc.assert(fc.property(anyText, (text) => tokens.decode(text) === undefined))
    fc.assert(
      fc.property(fc.base64String({ maxLength: 200 }), (text) => tokens.decode(`rt_${text}`) === undefined),
    )
  })

  test('another spelling of a token is refused', () => {
    const token = tokens.encode({ sessionId, generation: 3, secret: newSecret() })
    const spellings = [
      `${token}=`,
      `${token} `,
      ` ${token}`,
      `${token}\n`,
      token.slice(3),
      token.toUpperCase(),
    ]
    expect(spellings.map((spelling) => tokens.decode(spelling))).toEqual(spellings.map(() => undefined))
  })

  test('a token of another deployment is refused', () => {
    const other = createRefreshTokens({ refreshTag: randomBytes(32), refreshRotation: randomBytes(32) })
    expect(tokens.decode(other.encode({ sessionId, generation: 0, secret: newSecret() }))).toBeUndefined()
  })
})

describe('why a rotation was refused', () => {
  const now = new Date('2026-06-01T12:00:00Z')
  const later = (ms: number) => new Date(now.getTime() + ms)
  const secret = newSecret()
  const salt = newRotationSalt()
  const successor = tokens.successorOf(secret, salt)
  const presented: RefreshToken = { sessionId, generation: 7, secret }
  const rotated: SessionState = {
    generation: 8,
    currentHash: hashSecret(successor),
    previousHash: hashSecret(secret),
    rotationSalt: salt,
    rotatedAt: now,
    idleExpiresAt: later(60_000),
    absoluteExpiresAt: later(60_000),
    revokedAt: null,
    transport: 'body',
  }
  const decide = (row: SessionState | undefined, at = now, token = presented) =>
    decideRefusedRotation(tokens, token, 'body', row, at).kind

  test.each([
    ['no such session', undefined, now, presented, 'invalid'],
    ['the other transport', { ...rotated, transport: 'cookie' as const }, now, presented, 'invalid'],
    ['revoked', { ...rotated, revokedAt: now }, now, presented, 'revoked'],
    ['revoked and expired', { ...rotated, revokedAt: now, idleExpiresAt: now }, now, presented, 'revoked'],
    ['idle for too long', { ...rotated, idleExpiresAt: now }, now, presented, 'expired'],
    ['past its absolute expiry', { ...rotated, absoluteExpiresAt: now }, now, presented, 'expired'],
    ['the predecessor, immediately', rotated, now, presented, 'replay'],
    ['the predecessor, at the end of the grace period', rotated, later(refreshGraceMs), presented, 'replay'],
    ['the predecessor, after the grace period', rotated, later(refreshGraceMs + 1), presented, 'reuse'],
    ['the predecessor, its successor used', { ...rotated, generation: 9 }, now, presented, 'reuse'],
    [
      'another secret of the predecessor’s generation',
      rotated,
      now,
      { ...presented, secret: newSecret() },
      'reuse',
    ],
    [
      'a successor that cannot be derived',
      { ...rotated, currentHash: hashSecret(newSecret()) },
      now,
      presented,
      'reuse',
    ],
    ['a generation that was never issued', rotated, now, { ...presented, generation: 8 }, 'invalid'],
  ])('%s', (_name, row, at, token, kind) => {
    expect(decide(row, at, token)).toBe(kind)
  })

  test('a replay returns the one successor', () => {
    expect(decideRefusedRotation(tokens, presented, 'body', rotated, now)).toEqual({
      kind: 'replay',
      successor,
    })
  })
})
