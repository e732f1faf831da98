import { z } from 'zod'
import type { Principal } from './principal.ts'

const expiresAtMs = z.number()

/**
 * What access tokens are refused before they expire: those of one session, those that a subject got up to a point in
 * time, or those signed with one key.
 */
export const revocation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), sessionId: z.string(), expiresAtMs }),
  z.object({ kind: z.literal('subject'), subjectId: z.string(), notBeforeMs: z.number(), expiresAtMs }),
  z.object({ kind: z.literal('key'), kid: z.string(), expiresAtMs }),
])
export type Revocation = z.output<typeof revocation>

export interface RevocationList {
  add(entry: Revocation): void
  isRevoked(principal: Principal): boolean
  isKeyRevoked(kid: string): boolean
}

/** How often we drop entries whose tokens have all expired. */
const pruneEveryMs = 60_000

/**
 * Revocations in the process's memory. A check is a few map lookups without I/O, so it can run on every request. An
 * entry lives as long as the tokens that it refuses.
 */
export function createRevocationList(clock: () => Date): RevocationList {
  const sessions = new Map<string, number>()
  const subjects = new Map<string, { notBeforeMs: number; expiresAtMs: number }>()
  /**
   * Never pruned: whoever stole the key can sign new tokens at any time, and while auth's key set cannot be fetched the
   * last one, which still holds the key, stays in use.
   */
  const keys = new Set<string>()
  let prunedAtMs = clock().getTime()

  function prune(nowMs: number) {
    if (nowMs - prunedAtMs < pruneEveryMs) return
    prunedAtMs = nowMs
    for (const [id, expiresAtMs] of sessions) if (expiresAtMs <= nowMs) sessions.delete(id)
    for (const [id, entry] of subjects) if (entry.expiresAtMs <= nowMs) subjects.delete(id)
  }

  function addSubject(entry: Extract<Revocation, { kind: 'subject' }>) {
    const known = subjects.get(entry.subjectId)
    // Messages may arrive late and out of order: keep the latest time.
    if (known && known.notBeforeMs >= entry.notBeforeMs) return
    subjects.set(entry.subjectId, entry)
  }

  return {
    add(entry) {
      prune(clock().getTime())
      switch (entry.kind) {
        case 'session':
          sessions.set(entry.sessionId, entry.expiresAtMs)
          return
        case 'subject':
          addSubject(entry)
          return
        case 'key':
          keys.add(entry.kid)
      }
    },
    isRevoked(principal) {
      if (principal.sessionId !== undefined && sessions.has(principal.sessionId)) return true
      const entry = subjects.get(principal.id)
      return entry !== undefined && principal.issuedAtMs <= entry.notBeforeMs
    },
    isKeyRevoked: (kid) => keys.has(kid),
  }
}
