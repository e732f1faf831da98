import type { Revocation, RevocationPage } from '@fondasi/access'
import type { Db, Tx } from '@fondasi/postgres'
import { and, gt, lt, sql } from 'drizzle-orm'
import { revocations } from '../../db/schema.ts'

/** More than five seconds usually bring. A reader that gets a full page asks for the next one. */
const pageSize = 1_000

export async function insertRevocations(tx: Db | Tx, entries: Revocation[]): Promise<void> {
  if (entries.length === 0) return
  await tx.insert(revocations).values(entries.map(toRow))
}

function toRow(entry: Revocation): typeof revocations.$inferInsert {
  const expiresAt = new Date(entry.expiresAtMs)
  switch (entry.kind) {
    case 'session':
      return { sessionId: entry.sessionId, expiresAt }
    case 'subject':
      return { subjectId: entry.subjectId, notBefore: new Date(entry.notBeforeMs), expiresAt }
    case 'key':
      return { kid: entry.kid, expiresAt }
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
