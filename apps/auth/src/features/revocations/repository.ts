import type { Revocation, RevocationPage } from '@fondasi/access'
import type { Db, Tx } from '@fondasi/postgres'
import { and, gt, lt, sql } from 'drizzle-orm'
import { revocations } from '../../db/schema.ts'

/** More rows than five seconds normally produce. A reader asks for the next page until one is empty. */
const pageSize = 1_000

/** The entries are sent as arrays, one per column: a statement has at most 65,535 parameters, and a list has no such limit. */
export async function insertRevocations(tx: Db | Tx, entries: Revocation[]): Promise<void> {
  if (entries.length === 0) return
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

/**
 * Revocations in commit order (ADR 4). A sequence gives out its numbers before the commit, so `id > last` would skip a
 * row that commits late. A page therefore ends below the oldest transaction that is still running (the snapshot's
 * xmin), where no further row can appear.
 *
 * @param after `xid:id` of the last row of the previous page
 */
export async function readRevocations(db: Db, after: string, now: Date): Promise<RevocationPage> {
  const [xid = '0', id = '0'] = after.split(':')
  const rows = await db
    .select()
    .from(revocations)
    .where(
      and(
        sql`(${revocations.xid}, ${revocations.id}) > (${xid}::xid8, ${id}::bigint)`,
        sql`${revocations.xid} < pg_snapshot_xmin(pg_current_snapshot())`,
        gt(revocations.expiresAt, now),
      ),
    )
    .orderBy(revocations.xid, revocations.id)
    .limit(pageSize)
  const last = rows.at(-1)
  return { items: rows.map(toRevocation), next: last ? `${last.xid}:${last.id}` : after }
}

function toRevocation(row: typeof revocations.$inferSelect): Revocation {
  const { sessionId, subjectId, notBefore, kid } = row
  const expiresAtMs = row.expiresAt.getTime()
  if (sessionId !== null) return { kind: 'session', sessionId, expiresAtMs }
  if (kid !== null) return { kind: 'key', kid, expiresAtMs }
  if (subjectId !== null && notBefore !== null)
    return { kind: 'subject', subjectId, notBeforeMs: notBefore.getTime(), expiresAtMs }
  throw new Error(`revocation ${row.id} is of no kind that the table's check allows`)
}

export async function deleteExpiredRevocations(db: Db, now: Date): Promise<void> {
  await db.delete(revocations).where(lt(revocations.expiresAt, now))
}
