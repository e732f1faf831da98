import type { Db, Tx } from '@fondasi/postgres'
import { desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { synonyms } from '../../db/schema.ts'
import type { SynonymFields } from './schemas.ts'

export type Synonym = typeof synonyms.$inferSelect

/** By term. @param range.after, range.before the term that the page follows or precedes (then in reverse order) */
export function listSynonyms(
  db: Db,
  range: { limit: number; after?: string; before?: string },
): Promise<Synonym[]> {
  const query = (where: SQL | undefined, order: SQL | typeof synonyms.term) =>
    db.select().from(synonyms).where(where).orderBy(order).limit(range.limit)
  if (range.before !== undefined) return query(lt(synonyms.term, range.before), desc(synonyms.term))
  return query(range.after === undefined ? undefined : gt(synonyms.term, range.after), synonyms.term)
}

/** Makes or replaces it, as search reads words. @throws a unique violation when another one has the term */
export async function writeSynonym(
  tx: Tx,
  id: string,
  { term, replacements }: SynonymFields,
  now: Date,
): Promise<Synonym> {
  const row = {
    term: sql`fold(${term})`,
    replacements: sql`array(select fold(written) from unnest(${sql.param(replacements)}::text[]) as written)`,
  }
  const [written] = await tx
    .insert(synonyms)
    .values({ id, ...row, createdAt: now })
    .onConflictDoUpdate({ target: synonyms.id, set: row })
    .returning()
  if (!written) throw new Error('nothing was written')
  return written
}

export async function deleteSynonym(tx: Tx, id: string): Promise<boolean> {
  const deleted = await tx.delete(synonyms).where(eq(synonyms.id, id)).returning({ id: synonyms.id })
  return deleted.length === 1
}
