import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { categories, products } from '../../db/schema.ts'

type Row = typeof categories.$inferSelect

/** An advisory lock of this database. It serialises changes of the tree, because two concurrent moves could make a cycle. */
const treeLock = 4_102_003

export async function lockTree(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${treeLock})`)
}

export async function findCategory(db: Db | Tx, id: string): Promise<Row | undefined> {
  const [row] = await db.select().from(categories).where(eq(categories.id, id))
  return row
}

/** Ordered by path: a category comes before those below it. */
export async function listCategories(db: Db, range: Range): Promise<Row[]> {
  const { beyond, order } = keyset(categories.slugPath, range)
  return db.select().from(categories).where(beyond).orderBy(order).limit(range.limit)
}

/** @returns undefined when the path is taken */
export async function insertCategory(tx: Tx, row: typeof categories.$inferInsert): Promise<Row | undefined> {
  const [inserted] = await tx.insert(categories).values(row).onConflictDoNothing().returning()
  return inserted
}

/** Whether another category has this path. The caller has locked the tree. */
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
 * Increments the version of the category at `from` and gives it the path `to`. When the path changes, the paths and
 * versions of all categories below it change too.
 *
 * @returns the category and all below it
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

/** Waits for transactions that are adding products to the category, and blocks new ones until this one ends. */
export async function lockCategory(tx: Tx, id: string): Promise<void> {
  await tx.select({ id: categories.id }).from(categories).where(eq(categories.id, id)).for('update')
}

/** Whether it has products or categories below it. The caller has locked it. */
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

/** Reads the next products of a category, by id, and locks them until the transaction ends. */
export async function lockNextProducts(
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
