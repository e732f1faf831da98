import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { sql } from 'drizzle-orm'
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

/** By `nameKey`: as the name sorts, however it is written. */
export async function listBrands(db: Db, range: Range): Promise<Brand[]> {
  const { beyond, order } = keyset(brands.nameKey, range)
  return db.select().from(brands).where(beyond).orderBy(order).limit(range.limit)
}
