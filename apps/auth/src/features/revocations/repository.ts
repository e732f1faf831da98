import type { Revocation, RevocationPage } from '@fondasi/access'
import type { Db, Tx } from '@fondasi/postgres'
import { and, asc, gt, lt, sql } from 'drizzle-orm'
import { revocations } from '../../db/schema.ts'

/** More rows than five seconds normally produce. A reader asks for the next page until one is empty. */
const pageSize = 1_000

/** An advisory lock of this database: the transactions that write revocations take turns. */
const revocationLock = 4_103_001

/**
 * Inserts revocations so that their ids are in commit order (ADR 4): PostgreSQL releases the lock after the commit, so
 * the next transaction gets its ids when the rows of this one are visible. Call it last in a transaction. Then the
 * lock is held for milliseconds, and its holder waits for no lock of a row.
 */
export async function insertRevocations(tx: Tx, entries: Revocation[]): Promise<void> {
  if (entries.length === 0) return
  // A statement of its own: within the insert, the sequence could give out an id before the lock is held.
  await tx.execute(sql`select pg_advisory_xact_lock(${revocationLock})`)
  // One array per column: a statement has at most 65,535 parameters, and a list has no such limit.
  const column = (valueOf: (row: Row) => string | null) => sql.param(entries.map(toRow).map(valueOf))
  await tx.execute(sql`
    insert into ${revocations} (session_id, subject_id, not_before, kid, expires_at)
    select * from unnest(
      ${column((row) => row.sessionId)}::uuid[],
      ${column((row) => row.subjectId)}::text[],
      ${column((row) => row.notBefore)}::timestamptz[],
      ${column((row) => row.kid)}::text[],
      ${column((row) => row.expiresAt)}::timestamptz[]
    )`)
}

type Row = ReturnType<typeof toRow>

function toRow(entry: Revocation) {
  const empty = { sessionId: null, subjectId: null, notBefore: null, kid: null }
  const expiresAt = new Date(entry.expiresAtMs).toISOString()
  switch (entry.kind) {
    case 'session':
      return { ...empty, sessionId: entry.sessionId, expiresAt }
    case 'subject':
      return {
        ...empty,
        subjectId: entry.subjectId,
        notBefore: new Date(entry.notBeforeMs).toISOString(),
        expiresAt,
      }
    case 'key':
      return { ...empty, kid: entry.kid, expiresAt }
  }
}

/** @param after the id of the last row of the previous page */
export async function readRevocations(db: Db, after: bigint, now: Date): Promise<RevocationPage> {
  const rows = await db
    .select()
    .from(revocations)
    .where(and(gt(revocations.id, after), gt(revocations.expiresAt, now)))
    .orderBy(asc(revocations.id))
    .limit(pageSize)
  return { items: rows.map(toRevocation), next: String(rows.at(-1)?.id ?? after) }
}

function toRevocation(row: typeof revocations.$inferSelect): Revocation {
  const { sessionId, subjectId, notBefore, kid } = row
  const expiresAtMs = row.expiresAt.getTime()
  if (sessionId !== null) return { kind: 'session', sessionId, expiresAtMs }
  if (kid !== null) return { kind: 'key', kid, expiresAtMs }
  if (subjectId !== null && notBefore !== null)
    return { kind: 'subject', subjectId, notBeforeMs: notBefore.getTime(), expiresAtMs }
  throw new Error(`revocation ${row.id} is neither of a session, a subject nor a key`)
}

export async function deleteExpiredRevocations(db: Db, now: Date): Promise<void> {
  await db.delete(revocations).where(lt(revocations.expiresAt, now))
}
