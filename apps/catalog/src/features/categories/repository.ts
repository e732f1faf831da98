import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { categories, products } from '../../db/schema.ts'

type Row = typeof categories.$inferSelect

/** Belongs to this database: one change of the tree at a time, so that no two together make a cycle. */
const treeLock = 4_102_003

export async function holdTree(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${treeLock})`)
}

export async function findCategory(db: Db | Tx, id: string): Promise<Row | undefined> {
  const [row] = await db.select().from(categories).where(eq(categories.id, id))
  return row
}

/** By path: a category stands before all below it. */
export async function listCategories(db: Db, range: Range): Promise<Row[]> {
  const { beyond, order } = keyset(categories.slugPath, range)
  return db.select().from(categories).where(beyond).orderBy(order).limit(range.limit)
}

/** @returns undefined when the path is taken */
export async function insertCategory(tx: Tx, row: typeof categories.$inferInsert): Promise<Row | undefined> {
  const [inserted] = await tx.insert(categories).values(row).onConflictDoNothing().returning()
  return inserted
}

/** Is the path that of another category? The caller holds the tree. */
export async function isPathTaken(tx: Tx, slugPath: string, exceptId: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: categories.id })
    .from(categories)
    .where(eq(categories.slugPath, slugPath))
  return row !== undefined && row.id !== exceptId
}

export async function updateCategory(
  tx: Tx,
  id: string,
  changed: Pick<Row, 'nameEn' | 'nameId' | 'parentId'>,
): Promise<void> {
  await tx.update(categories).set(changed).where(eq(categories.id, id))
}

/**
 * Counts up the version of the category at `from` and gives it the path `to`. When that is another one, the same goes
 * for all below it, since clients see their paths, too.
 * @returns all of them, itself included
 */
export async function moveSubtree(
  tx: Tx,
  from: string,
  to: string,
): Promise<{ id: string; slugPath: string }[]> {
  const { slugPath } = categories
  return tx
    .update(categories)
    .set({
      slugPath: sql`${to}::text || substr(${slugPath}, length(${from}) + 1)`,
      version: sql`version + (${slugPath} = ${from} or ${from}::text <> ${to})::integer`,
    })
    .where(sql`${slugPath} = ${from} or starts_with(${slugPath}, ${`${from}/`})`)
    .returning({ id: categories.id, slugPath })
}

/** Waits for whoever is putting products into the category; nobody puts any until the transaction ends. */
export async function closeCategory(tx: Tx, id: string): Promise<void> {
  await tx.select({ id: categories.id }).from(categories).where(eq(categories.id, id)).for('update')
}

/** Do products or categories stand below it? The caller has closed it. */
export async function isInUse(tx: Tx, id: string): Promise<boolean> {
  const [child] = await tx
    .select({ id: categories.id })
    .from(categories)
    .where(eq(categories.parentId, id))
    .limit(1)
  if (child) return true
  const [product] = await tx
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.categoryId, id), isNull(products.deletedAt)))
    .limit(1)
  return product !== undefined
}

export async function deleteCategory(tx: Tx, id: string): Promise<void> {
  await tx.delete(categories).where(eq(categories.id, id))
}

/** The next products of a category, by id; until the transaction ends nobody else changes them. */
export async function holdNextProducts(
  tx: Tx,
  categoryId: string,
  range: { after: string | null; limit: number },
): Promise<string[]> {
  const { after, limit } = range
  const rows = await tx
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.categoryId, categoryId), after === null ? undefined : gt(products.id, after)))
    .orderBy(products.id)
    .limit(limit)
    .for('no key update')
  return rows.map(({ id }) => id)
}
