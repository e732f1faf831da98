import { hashSecret, type RefreshToken, type RefreshTokens } from './refresh-token.ts'
import { hasExpired, type SessionExpiry } from './session-lifetime.ts'

/**
 * How long a token that was just rotated is still answered with its one successor. Two tabs and a retry after a
 * lost answer come within seconds; a thief who is that fast would have won the race anyway and gets no other token.
 */
export const refreshGraceMs = 10_000

/** The session's row as far as the decision needs it. */
export interface SessionState extends SessionExpiry {
  generation: number
  currentHash: Buffer
  previousHash: Buffer | null
  rotationSalt: Buffer | null
  rotatedAt: Date
  revokedAt: Date | null
  transport: 'cookie' | 'body'
}

export type RefusedRotation =
  | { kind: 'invalid' }
  | { kind: 'revoked' }
  | { kind: 'expired' }
  | { kind: 'replay'; successor: Buffer }
  | { kind: 'reuse' }

/**
 * Says why the UPDATE that rotates took no row. The cases in order, each excluding the later ones:
 *
 * 1. no such session, or the token came by the other transport → invalid: no side effect
 * 2. the session was revoked → revoked
 * 3. it ran out → expired
 * 4. the token is the immediate predecessor, rotated within the grace, and deriving its successor gives the
 *    living secret → replay: the same successor again (a second tab, a lost answer)
 * 5. the token is older than the living one → reuse: two parties hold tokens of one session (RFC 9700, 4.14.2)
 * 6. anything else (a generation that was never given out) → invalid
 */
export function decideRefusedRotation(
  tokens: RefreshTokens,
  presented: RefreshToken,
  transport: 'cookie' | 'body',
  row: SessionState | undefined,
  now: Date,
): RefusedRotation {
  if (row === undefined || row.transport !== transport) return { kind: 'invalid' }
  if (row.revokedAt !== null) return { kind: 'revoked' }
  if (hasExpired(row, now)) return { kind: 'expired' }
  if (presented.generation >= row.generation) return { kind: 'invalid' }

  const isPredecessor =
    presented.generation + 1 === row.generation && row.previousHash?.equals(hashSecret(presented.secret))
  const withinGrace = now.getTime() - row.rotatedAt.getTime() <= refreshGraceMs
  if (isPredecessor && withinGrace && row.rotationSalt) {
    const successor = tokens.successorOf(presented.secret, row.rotationSalt)
    if (hashSecret(successor).equals(row.currentHash)) return { kind: 'replay', successor }
  }
  return { kind: 'reuse' }
}
