import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { eq } from 'drizzle-orm'
import { priceLists } from '../../db/schema.ts'

export type Row = typeof priceLists.$inferSelect

/** Ordered by name. */
export async function listPriceLists(db: Db, range: Range): Promise<Row[]> {
  const { beyond, order } = keyset(priceLists.code, range)
  return db.select().from(priceLists).where(beyond).orderBy(order).limit(range.limit)
}

export async function findPriceList(tx: Tx, name: string): Promise<Row | undefined> {
  const [row] = await tx.select().from(priceLists).where(eq(priceLists.code, name))
  return row
}

/** Lists and searches use the first list of a currency. @returns false when the name is taken */
export async function insertPriceList(tx: Tx, name: string, currency: string): Promise<boolean> {
  const insert = (searched: boolean) =>
    tx.insert(priceLists).values({ code: name, currency, searched }).onConflictDoNothing()
  // The first one conflicts when the name is taken or the currency has a list. It waits for another transaction.
  return (await insert(true)).rowCount === 1 || (await insert(false)).rowCount === 1
}

/** @returns false when it does not exist @throws a foreign key violation when it has prices */
export async function deletePriceList(tx: Tx, name: string): Promise<boolean> {
  const { rowCount } = await tx.delete(priceLists).where(eq(priceLists.code, name))
  return rowCount === 1
}
