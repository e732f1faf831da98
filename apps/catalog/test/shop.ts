import type { Db } from '@fondasi/postgres'
import { brands, categories, prices, products, skus, synonyms } from '../src/db/schema.ts'
import { rebuildProductSearch } from '../src/features/products/repository.ts'

interface NewProduct {
  title: string | { en: string; id: string }
  description?: { en: string; id: string }
  brandId?: string
  categoryId: string
  attributes?: Record<string, string | number | boolean>
  rating?: number
  popularity?: number
  sku?: string
  gtin?: string
  modelNumbers?: string[]
  /** Minor units. */
  priceIdr?: number
  priceUsd?: number
  stock?: number
  options?: Record<string, string>
  /** Further SKUs. */
  variants?: Variant[]
  createdAt?: Date
}

interface Variant {
  sku?: string
  options?: Record<string, string>
  stock?: number
  priceIdr?: number
}

let counter = 0
const now = () => new Date('2026-11-21T09:00:00.000Z')

/** Creates products, brands and categories without HTTP, for tests about something else. */
export function createShop(db: Db) {
  async function insertSku(productId: string, variant: Variant & Partial<NewProduct>): Promise<void> {
    counter += 1
    const { sku = `TEST-${counter}`, gtin, modelNumbers = [], options = {}, stock = 1 } = variant
    const [row] = await db
      .insert(skus)
      .values({ productId, sku, gtin, modelNumbers, options, stock })
      .returning({ id: skus.id })
    const skuId = idOf(row)
    const { priceIdr = 10_000_000, priceUsd } = variant
    await db
      .insert(prices)
      .values([
        { skuId, priceList: 'retail-idr', amount: priceIdr },
        ...(priceUsd === undefined ? [] : [{ skuId, priceList: 'retail-usd', amount: priceUsd }]),
      ])
  }

  return {
    async brand(name: string): Promise<string> {
      const [row] = await db.insert(brands).values({ name, createdAt: now() }).returning({ id: brands.id })
      return idOf(row)
    },
    async synonym(term: string, ...replacements: string[]): Promise<void> {
      await db.insert(synonyms).values({ term, replacements, createdAt: now() })
    },
    async category(slugPath: string, name?: { en: string; id: string }, parentId?: string): Promise<string> {
      const [row] = await db
        .insert(categories)
        .values({
          slugPath,
          nameEn: name?.en ?? slugPath,
          nameId: name?.id ?? slugPath,
          parentId,
          createdAt: now(),
        })
        .returning({ id: categories.id })
      return idOf(row)
    },
    async product(product: NewProduct): Promise<string> {
      const title =
        typeof product.title === 'string' ? { en: product.title, id: product.title } : product.title
      const createdAt = product.createdAt ?? now()
      const [row] = await db
        .insert(products)
        .values({
          titleEn: title.en,
          titleId: title.id,
          descriptionEn: product.description?.en ?? '',
          descriptionId: product.description?.id ?? '',
          brandId: product.brandId,
          categoryId: product.categoryId,
          attributes: product.attributes ?? {},
          rating: product.rating,
          popularity: product.popularity ?? 0,
          createdAt,
          updatedAt: createdAt,
        })
        .returning({ id: products.id })
      const productId = idOf(row)
      for (const variant of [product, ...(product.variants ?? [])]) await insertSku(productId, variant)
      await rebuildProductSearch(db, [productId])
      return productId
    },
  }
}

function idOf(row: { id: string } | undefined): string {
  if (!row) throw new Error('nothing was inserted')
  return row.id
}
