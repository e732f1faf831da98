import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { eq, sql } from 'drizzle-orm'
import { synonyms } from '../../db/schema.ts'
import type { SynonymFields } from './schemas.ts'

export type Synonym = typeof synonyms.$inferSelect

/** Ordered by term. */
export async function listSynonyms(db: Db, range: Range): Promise<Synonym[]> {
  const { beyond, order } = keyset(synonyms.term, range)
  return db.select().from(synonyms).where(beyond).orderBy(order).limit(range.limit)
}

/** Creates or replaces a synonym, folded as search folds words. @throws a unique violation when another one has the term */
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
