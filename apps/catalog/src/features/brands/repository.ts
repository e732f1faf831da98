import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { sql } from 'drizzle-orm'
import { brands } from '../../db/schema.ts'

export type Brand = typeof brands.$inferSelect

/** The id of the brand with this name, ignoring case, spaces and punctuation. Creates the brand when the name is new. */
export async function ensureBrand(tx: Tx, name: string, now: Date): Promise<string> {
  const find = () =>
    tx.select({ id: brands.id }).from(brands).where(sql`${brands.nameKey} = code_key(${name})`)
  const [known] = await find()
  if (known) return known.id
  // Waits for another transaction that creates the same brand, which can then be found.
  await tx.insert(brands).values({ name, createdAt: now }).onConflictDoNothing()
  const [created] = await find()
  if (!created) throw new Error('the brand was not inserted and cannot be found')
  return created.id
}

/** Ordered by `nameKey`, so that case and punctuation do not affect the order. */
export async function listBrands(db: Db, range: Range): Promise<Brand[]> {
  const { beyond, order } = keyset(brands.nameKey, range)
  return db.select().from(brands).where(beyond).orderBy(order).limit(range.limit)
}
