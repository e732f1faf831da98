import type { Db, Tx } from '@fondasi/postgres'
import { and, eq, isNull, sql } from 'drizzle-orm'
import {
  attributes,
  brands,
  categories,
  priceLists,
  prices,
  productSearch,
  productSlugs,
  products,
  skus,
} from '../../db/schema.ts'
import { isInStock, lowestPrice } from '../filters/repository.ts'
import type { Filters } from '../filters/schemas.ts'
import type { ListedProduct, Product } from './schemas.ts'

/** A product with its SKUs and their prices, or undefined when it does not exist or was deleted. */
export async function findProduct(db: Db | Tx, id: string): Promise<Product | undefined> {
  const [row] = await db
    .select({ product: products, slug: productSlugs.slug, brand: brands, category: categories })
    .from(products)
    .innerJoin(productSlugs, eq(productSlugs.productId, products.id))
    .innerJoin(categories, eq(categories.id, products.categoryId))
    .leftJoin(brands, eq(brands.id, products.brandId))
    .where(and(eq(products.id, id), isNull(products.deletedAt)))
  if (!row) return undefined
  const { product } = row
  return {
    id: product.id,
    slug: row.slug,
    version: product.version,
    title: { en: product.titleEn, id: product.titleId },
    description: { en: product.descriptionEn, id: product.descriptionId },
    brand: row.brand && { id: row.brand.id, name: row.brand.name },
    category: toCategory(row.category),
    images: product.images,
    attributes: product.attributes,
    rating: product.rating,
    popularity: product.popularity,
    skus: await findSkus(db, id),
    createdAt: product.createdAt,
    updatedAt: product.updatedAt,
  }
}

/** The same for a product that the transaction has locked or has just written. */
export async function readProduct(tx: Tx, id: string): Promise<Product> {
  const product = await findProduct(tx, id)
  if (!product) throw new Error('a product that is locked was not found')
  return product
}

async function findSkus(db: Db | Tx, productId: string): Promise<Product['skus']> {
  const rows = await db
    .select({ sku: skus, amount: prices.amount, compareAtAmount: prices.compareAt, list: priceLists })
    .from(skus)
    .leftJoin(prices, eq(prices.skuId, skus.id))
    .leftJoin(priceLists, eq(priceLists.code, prices.priceList))
    .where(eq(skus.productId, productId))
    .orderBy(skus.sku, prices.priceList)
  const found = new Map<string, Product['skus'][number]>()
  for (const { sku, amount, compareAtAmount, list } of rows) {
    const { gtin, modelNumbers, options, stock } = sku
    const entry = found.get(sku.id) ?? { sku: sku.sku, gtin, modelNumbers, options, stock, prices: [] }
    found.set(sku.id, entry)
    if (amount !== null && list)
      entry.prices.push({ amount, currency: list.currency, priceList: list.code, compareAtAmount })
  }
  return [...found.values()]
}

/**
 * Products as lists show them, in the order of `ids`, without those that were deleted meanwhile. Price and stock are those of
 * the SKUs that pass the filters.
 */
export async function findListed(
  db: Db | Tx,
  ids: readonly string[],
  filters: Filters,
): Promise<ListedProduct[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({
      product: products,
      slug: productSlugs.slug,
      brand: brands,
      category: categories,
      amount: sql<string | null>`${lowestPrice(filters)}`,
      compareAt: compareAtOf(filters),
      inStock: sql<boolean>`${isInStock(filters)}`,
      options: sql<Record<string, string[]>>`${optionsOf}`,
    })
    .from(productSearch)
    .innerJoin(products, eq(products.id, productSearch.productId))
    .innerJoin(productSlugs, eq(productSlugs.productId, products.id))
    .innerJoin(categories, eq(categories.id, products.categoryId))
    .leftJoin(brands, eq(brands.id, products.brandId))
    .where(sql`${productSearch.productId} = any(${sql.param([...ids])}::uuid[])`)
  const byId = new Map(rows.map((row) => [row.product.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    if (!row) return []
    const { product, slug, brand, amount, compareAt, inStock, options } = row
    return {
      id,
      slug,
      title: { en: product.titleEn, id: product.titleId },
      image: product.images[0] ?? null,
      brand: brand && { id: brand.id, name: brand.name },
      category: toCategory(row.category),
      attributes: product.attributes,
      options,
      rating: product.rating,
      price:
        amount === null
          ? null
          : { amount: Number(amount), currency: filters.currency, compareAtAmount: compareAt },
      inStock,
      createdAt: product.createdAt,
    }
  })
}

/** The values of each option: {"size": ["M", "S"]}. */
const optionsOf = sql`(
  select coalesce(jsonb_object_agg(key, option_values), '{}') from (
    select key, jsonb_agg(distinct value) as option_values
    from skus cross join jsonb_each_text(skus.options) where skus.product_id = product_search.product_id group by key
  ) as by_key)`

/** The struck-through price of a SKU that has the price which the list shows. */
function compareAtOf(filters: Filters) {
  return sql<number | null>`(
    select max(compare_at) from skus join prices on sku_id = skus.id join price_lists on code = price_list
    where skus.product_id = ${productSearch.productId} and searched and currency = ${filters.currency}
      and prices.amount = ${lowestPrice(filters)})`.mapWith(prices.compareAt)
}

function toCategory({ id, slugPath, nameEn, nameId }: typeof categories.$inferSelect) {
  return { id, slugPath, name: { en: nameEn, id: nameId } }
}

/** Rebuilds the search rows of these products. Every writer calls it, in the transaction of the change. */
export async function rebuildProductSearch(tx: Db | Tx, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`select rebuild_product_search(${sql.param([...ids])}::uuid[])`)
}

export async function findProductIdBySlug(db: Db, slug: string): Promise<string | undefined> {
  const [row] = await db.select().from(productSlugs).where(eq(productSlugs.slug, slug))
  return row?.productId
}

/** Gives the product another slug. @returns false when another product has it; then the product has none */
export async function claimSlug(tx: Tx, productId: string, slug: string): Promise<boolean> {
  await deleteSlug(tx, productId)
  // Waits for another transaction that claims the same slug.
  const { rowCount } = await tx.insert(productSlugs).values({ slug, productId }).onConflictDoNothing()
  return rowCount === 1
}

export async function deleteSlug(tx: Tx, productId: string): Promise<void> {
  await tx.delete(productSlugs).where(eq(productSlugs.productId, productId))
}

/** Updates prices and stock in the search rows, which is cheaper than a rebuild. The caller has locked the products. */
export async function refreshProductOffers(tx: Db | Tx, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`select refresh_product_offers(${sql.param([...ids])}::uuid[])`)
}

/** Locks a product until the transaction ends. @returns its version, or undefined when it does not exist */
export async function lockProduct(tx: Tx, id: string): Promise<{ version: number } | undefined> {
  const [locked] = await tx
    .select({ version: products.version })
    .from(products)
    .where(and(eq(products.id, id), isNull(products.deletedAt)))
    .for('no key update')
  return locked
}

/** Locks a category, so that nobody deletes it before the transaction ends. @returns whether it exists */
export async function lockCategory(tx: Tx, id: string): Promise<boolean> {
  const locked = await tx
    .select({ id: categories.id })
    .from(categories)
    .where(eq(categories.id, id))
    .for('key share')
  return locked.length === 1
}

/** The declared types of these attributes, by code; they stay until the transaction ends. Undeclared ones are absent. */
export async function lockAttributeTypes(tx: Tx, codes: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .select()
    .from(attributes)
    .where(sql`${attributes.code} = any(${sql.param([...codes])}::text[])`)
    .for('key share')
  return new Map(rows.map(({ code, type }) => [code, type]))
}

type NewRow = typeof products.$inferInsert

export async function insertProduct(tx: Tx, row: NewRow): Promise<string> {
  const [inserted] = await tx.insert(products).values(row).returning({ id: products.id })
  if (!inserted) throw new Error('nothing was inserted')
  return inserted.id
}

/** Increments the version too. The caller has locked the product. */
export async function updateProduct(tx: Tx, id: string, row: Partial<NewRow>): Promise<void> {
  await tx
    .update(products)
    .set({ ...row, version: sql`${products.version} + 1` })
    .where(eq(products.id, id))
}
