import { type Db, keyset, type Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { attributes, products } from '../../db/schema.ts'
import type { Attribute, AttributeFields } from './schemas.ts'

/** Ordered by name. */
export async function listAttributes(db: Db, range: Range): Promise<Attribute[]> {
  const { beyond, order } = keyset(attributes.code, range)
  const rows = await db.select().from(attributes).where(beyond).orderBy(order).limit(range.limit)
  return rows.map(toAttribute)
}

/** Waits for transactions that are writing products with the attribute, and blocks new ones until this one ends. */
export async function lockAttribute(tx: Tx, name: string): Promise<Attribute | undefined> {
  const [row] = await tx.select().from(attributes).where(eq(attributes.code, name)).for('update')
  return row && toAttribute(row)
}

/** @returns false when the name is taken */
export async function insertAttribute(tx: Tx, name: string, fields: AttributeFields): Promise<boolean> {
  const { rowCount } = await tx.insert(attributes).values(toRow(name, fields)).onConflictDoNothing()
  return rowCount === 1
}

export async function updateAttribute(tx: Tx, name: string, fields: AttributeFields): Promise<void> {
  await tx.update(attributes).set(toRow(name, fields)).where(eq(attributes.code, name))
}

export async function deleteAttribute(tx: Tx, name: string): Promise<void> {
  await tx.delete(attributes).where(eq(attributes.code, name))
}

/** Whether a product has the attribute. Reads every product when none has: such changes are rare. */
export async function isInUse(tx: Tx, name: string): Promise<boolean> {
  const [product] = await tx
    .select({ id: products.id })
    .from(products)
    .where(and(sql`jsonb_exists(${products.attributes}, ${name})`, isNull(products.deletedAt)))
    .limit(1)
  return product !== undefined
}

function toAttribute({ code, nameEn, nameId, facet, ...row }: typeof attributes.$inferSelect): Attribute {
  return { ...row, name: code, label: { en: nameEn, id: nameId }, filterable: facet }
}

function toRow(code: string, { label, filterable, ...fields }: AttributeFields) {
  return { ...fields, code, nameEn: label.en, nameId: label.id, facet: filterable }
}
