import { allowStatements, type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { eq, sql } from 'drizzle-orm'
import { attributes, brands, categories, products, synonyms } from '../src/db/schema.ts'
import { rebuildProductSearch } from '../src/features/products/repository.ts'
import { assortment, type Word } from './assortment.ts'
import { demoProduct } from './generate.ts'

/** Large enough to make the round trip negligible, small enough to keep the words of a batch in memory. */
const batchSize = 500
/** One per core of a small machine; more would wait for the same text index. */
const writers = 2
const batchTimeoutMs = 60_000
/** The shop's reference day: ages count back from it, so that every seed writes the same dates. */
const openedAt = new Date('2026-11-01T00:00:00.000Z')

/**
 * Writes those of the first `size` demo products that are missing, so an interrupted run can continue. It changes nothing
 * else, not even demo products that somebody has changed or deleted.
 *
 * @param onProgress gets the number of products now, and before the run
 * @returns the number of products that were missing
 */
export async function writeDemoShop(
  db: Db,
  size: number,
  onProgress: (written: number, before: number) => void,
): Promise<number> {
  const missing = await missingBatches(db, size)
  if (missing.length === 0) return 0
  const brandIds = await writeBrands(db)
  const categoryIds = await writeCategories(db)
  await writeWords(db)
  const sizeOf = (first: number) => Math.min(batchSize, size - first)
  const before = size - missing.reduce((total, first) => total + sizeOf(first), 0)
  let written = before
  const write = async () => {
    for (let first = missing.shift(); first !== undefined; first = missing.shift()) {
      const start = first
      const batch = Array.from({ length: sizeOf(start) }, (_, offset) => {
        const product = demoProduct(start + offset)
        return {
          ...product,
          id: demoProductId(start + offset),
          brandId: brandIds.get(product.brand),
          categoryId: categoryIds.get(product.shelf),
          createdAt: new Date(openedAt.getTime() - product.ageDays * 86_400_000 - offset),
        }
      })
      await withTransaction(db, (tx) => insertBatch(tx, batch))
      written += batch.length
      onProgress(written, before)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return size - before
}

/** A UUIDv7 that ends with the product's number: the same on every machine, and known before the product is written. */
export function demoProductId(index: number): string {
  const time = openedAt.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${index.toString(16).padStart(12, '0')}`
}

/** The reverse of `demoProductId`. */
export function demoProductIndex(id: string): number {
  return Number.parseInt(id.slice(-12), 16)
}

/** A batch is written in one transaction, so checking its last product is enough. @returns the first index of each batch */
async function missingBatches(db: Db, size: number): Promise<number[]> {
  const batches = Array.from({ length: Math.ceil(size / batchSize) }, (_, number) => ({
    first: number * batchSize,
    id: demoProductId(Math.min((number + 1) * batchSize, size) - 1),
  }))
  const ids = sql.param(batches.map(({ id }) => id))
  const found = await db.select({ id: products.id }).from(products).where(sql`id = any(${ids}::uuid[])`)
  const there = new Set(found.map(({ id }) => id))
  return batches.filter(({ id }) => !there.has(id)).map(({ first }) => first)
}

async function insertBatch(tx: Tx, batch: { id: string }[]): Promise<void> {
  await allowStatements(tx, batchTimeoutMs)
  await tx.execute(sql`select set_config('work_mem', '32MB', true)`)
  await tx.execute(sql`
    with rows as materialized (
      select uuidv7() as sku_id, row.*
      from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb) as row(
        id uuid, "titleEn" text, "titleId" text, "descriptionEn" text, "descriptionId" text, "brandId" uuid,
        "categoryId" uuid, attributes jsonb, rating real, popularity integer, sku text, gtin text, model text,
        stock integer, "priceIdr" bigint, "priceUsd" bigint, "createdAt" timestamptz)
      -- The last batch of a smaller shop is already there in part.
      where not exists (select from products where products.id = row.id)
    ), new_products as (
      insert into products (id, brand_id, category_id, title_en, title_id, description_en, description_id,
        attributes, rating, popularity, created_at, updated_at)
      select id, "brandId", "categoryId", "titleEn", "titleId", "descriptionEn", "descriptionId",
        attributes, rating, popularity, "createdAt", "createdAt" from rows
    ), new_skus as (
      insert into skus (id, product_id, sku, gtin, model_numbers, stock)
      select sku_id, id, sku, gtin, array[model], stock from rows
    )
    insert into prices (sku_id, price_list, amount)
    select sku_id, 'retail-idr', "priceIdr" from rows union all select sku_id, 'retail-usd', "priceUsd" from rows`)
  await rebuildProductSearch(
    tx,
    batch.map(({ id }) => id),
  )
}

async function writeBrands(db: Db): Promise<Map<string, string>> {
  await db
    .insert(brands)
    .values(assortment.brands.map((name) => ({ name, createdAt: openedAt })))
    .onConflictDoNothing({ target: brands.nameKey })
  const rows = await db.select().from(brands)
  return new Map(rows.map(({ id, name }) => [name, id]))
}

/** Three levels: below one root are the shop's departments, and below them their shelves. */
async function writeCategories(db: Db): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  const write = async (slugPath: string, [nameEn, nameId]: Word, parentId?: string) => {
    await db
      .insert(categories)
      .values({ slugPath, nameEn, nameId, parentId, createdAt: openedAt })
      .onConflictDoNothing({ target: categories.slugPath })
    const [row] = await db.select().from(categories).where(eq(categories.slugPath, slugPath))
    if (!row) throw new Error(`${slugPath} was not written`)
    return row.id
  }
  const root = await write('shop', ['All departments', 'Semua departemen'])
  for (const department of assortment.departments) {
    const parent = await write(`shop/${department.slug}`, department.name, root)
    for (const { slug, name } of department.shelves) {
      ids.set(`${department.slug}/${slug}`, await write(`shop/${department.slug}/${slug}`, name, parent))
    }
  }
  return ids
}

async function writeWords(db: Db): Promise<void> {
  await db
    .insert(attributes)
    .values(assortment.attributes.map(({ name: [nameEn, nameId], ...rest }) => ({ ...rest, nameEn, nameId })))
    .onConflictDoNothing({ target: attributes.code })
  await db
    .insert(synonyms)
    .values(
      Object.entries(assortment.synonyms).map(([term, replacements]) => ({
        term,
        replacements,
        createdAt: openedAt,
      })),
    )
    .onConflictDoNothing({ target: synonyms.term })
}
