import { hashSecret, type RefreshToken, type RefreshTokens } from './refresh-token.ts'
import { hasExpired, type SessionExpiry } from './session-lifetime.ts'

/**
 * For this long a token that was just rotated still returns its one successor. Two tabs, and a retry after a lost
 * response, come within seconds. A thief who is as fast could have won the race anyway, and gets the same token.
 */
export const refreshGraceMs = 10_000

/** The columns of a session that the decision needs. */
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
 * Decides why the UPDATE that rotates matched no row. The first case that applies wins:
 *
 * 1. there is no such session, or the token came by the other transport → invalid
 * 2. the session was revoked → revoked
 * 3. the session has expired → expired
 * 4. the generation was never issued → invalid
 * 5. the token is the immediate predecessor, was rotated within the grace period, and deriving its successor gives the
 *    current secret → replay: the same successor again (a second tab, a lost response)
 * 6. any other older token → reuse: two parties hold tokens of one session (RFC 9700, section 4.14.2)
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
