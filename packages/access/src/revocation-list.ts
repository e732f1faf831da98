import type { Principal } from './principal.ts'

/** What has been taken back before its tokens expire: one session, or all that a subject got before a moment. */
export type Revocation =
  | { kind: 'session'; sessionId: string; expiresAtMs: number }
  | { kind: 'subject'; subjectId: string; notBeforeMs: number; expiresAtMs: number }

export interface RevocationList {
  add(revocation: Revocation): void
  isRevoked(principal: Principal): boolean
}

/** How often entries that no living token can match any more are dropped. */
const pruneEveryMs = 60_000

/**
 * Revocations in the process's memory: a check is two map look-ups, no I/O, so it runs on every request.
 * An entry lives as long as the tokens that it refuses.
 */
export function createRevocationList(clock: () => Date): RevocationList {
  const sessions = new Map<string, number>()
  const subjects = new Map<string, { notBeforeMs: number; expiresAtMs: number }>()
  let prunedAtMs = clock().getTime()

  function prune(nowMs: number) {
    if (nowMs - prunedAtMs < pruneEveryMs) return
    prunedAtMs = nowMs
    for (const [id, expiresAtMs] of sessions) if (expiresAtMs <= nowMs) sessions.delete(id)
    for (const [id, entry] of subjects) if (entry.expiresAtMs <= nowMs) subjects.delete(id)
  }

  return {
    add(revocation) {
      prune(clock().getTime())
      if (revocation.kind === 'session') {
        sessions.set(revocation.sessionId, revocation.expiresAtMs)
        return
      }
      const known = subjects.get(revocation.subjectId)
      // Messages may arrive late and out of order: the latest moment stands.
      if (known && known.notBeforeMs >= revocation.notBeforeMs) return
      subjects.set(revocation.subjectId, revocation)
    },
    isRevoked(principal) {
      if (principal.sessionId !== undefined && sessions.has(principal.sessionId)) return true
      const entry = subjects.get(principal.id)
      return entry !== undefined && principal.issuedAtMs <= entry.notBeforeMs
    },
  }
}
