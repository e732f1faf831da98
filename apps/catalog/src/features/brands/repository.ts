import type { Db, Tx } from '@fondasi/postgres'
import { desc, gt, lt, type SQL, sql } from 'drizzle-orm'
import { brands } from '../../db/schema.ts'

export type Brand = typeof brands.$inferSelect

/** The id of the brand with this name, however it is written. A new name makes a brand. */
export async function ensureBrand(tx: Tx, name: string, now: Date): Promise<string> {
  const find = () =>
    tx.select({ id: brands.id }).from(brands).where(sql`${brands.nameKey} = code_key(${name})`)
  const [known] = await find()
  if (known) return known.id
  // Waits for another transaction that makes the same brand; then it is there to be found.
  await tx.insert(brands).values({ name, createdAt: now }).onConflictDoNothing()
  const [made] = await find()
  if (!made) throw new Error('a brand that conflicts cannot be found')
  return made.id
}

/** By name, as it sorts. @param range.after, range.before the `nameKey` that the page follows or precedes */
export function listBrands(
  db: Db,
  range: { limit: number; after?: string; before?: string },
): Promise<Brand[]> {
  const query = (where: SQL | undefined, order: SQL | typeof brands.nameKey) =>
    db.select().from(brands).where(where).orderBy(order).limit(range.limit)
  if (range.before !== undefined) return query(lt(brands.nameKey, range.before), desc(brands.nameKey))
  return query(range.after === undefined ? undefined : gt(brands.nameKey, range.after), brands.nameKey)
}
