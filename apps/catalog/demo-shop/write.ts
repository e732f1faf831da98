import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { eq, sql } from 'drizzle-orm'
import { attributes, brands, categories, products, synonyms } from '../src/db/schema.ts'
import { assortment, type Word } from './assortment.ts'
import { demoProduct } from './generate.ts'

/** Large enough that a round trip does not count, small enough that progress shows. */
const batchSize = 1_000
/** The shop's reference day: ages count back from it, so that two seeds are alike. */
const openedAt = new Date('2026-11-01T00:00:00.000Z')

/** Fills an empty catalog with the made-up shop. Goes on where an interrupted run stopped. */
export async function writeDemoShop(
  db: Db,
  size: number,
  onProgress: (written: number) => void,
): Promise<void> {
  const brandIds = await writeBrands(db)
  const categoryIds = await writeCategories(db)
  await writeWords(db)
  const [counted] = await db.select({ value: sql<number>`count(*)::integer` }).from(products)
  for (let first = counted?.value ?? 0; first < size; first += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, size - first) }, (_, index) => {
      const product = demoProduct(first + index)
      return {
        ...product,
        brandId: brandIds.get(product.brand),
        categoryId: categoryIds.get(product.shelf),
        createdAt: new Date(openedAt.getTime() - product.ageDays * 86_400_000 - index),
      }
    })
    await withTransaction(db, (tx) => insertBatch(tx, batch))
    onProgress(first + batch.length)
  }
}

async function insertBatch(tx: Tx, batch: object[]): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', '60000', true)`)
  const { rows } = await tx.execute<{ id: string }>(sql`
    with rows as materialized (
      select uuidv7() as product_id, uuidv7() as sku_id, row.*
      from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb) as row(
        "titleEn" text, "titleId" text, "descriptionEn" text, "descriptionId" text, "brandId" uuid,
        "categoryId" uuid, attributes jsonb, rating real, popularity integer, sku text, gtin text, model text,
        stock integer, "priceIdr" bigint, "priceUsd" bigint, "createdAt" timestamptz)
    ), new_products as (
      insert into products (id, brand_id, category_id, title_en, title_id, description_en, description_id,
        attributes, rating, popularity, created_at, updated_at)
      select product_id, "brandId", "categoryId", "titleEn", "titleId", "descriptionEn", "descriptionId",
        attributes, rating, popularity, "createdAt", "createdAt" from rows
      returning id
    ), new_skus as (
      insert into skus (id, product_id, sku, gtin, model_numbers, stock)
      select sku_id, product_id, sku, gtin, array[model], stock from rows
    ), new_prices as (
      insert into prices (sku_id, price_list, amount)
      select sku_id, 'retail-idr', "priceIdr" from rows union all select sku_id, 'retail-usd', "priceUsd" from rows
    )
    select id from new_products`)
  await tx.execute(sql`select rebuild_product_search(${sql.param(rows.map(({ id }) => id))}::uuid[])`)
}

async function writeBrands(db: Db): Promise<Map<string, string>> {
  await db
    .insert(brands)
    .values(assortment.brands.map((name) => ({ name, createdAt: openedAt })))
    .onConflictDoNothing({ target: brands.nameKey })
  const rows = await db.select().from(brands)
  return new Map(rows.map(({ id, name }) => [name, id]))
}

/** Three levels: the shop's departments are the first, so that the tree has one root to open. */
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
