import type { Db, Tx } from '@fondasi/postgres'
import { and, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import { productPrices, productSearch } from '../../db/schema.ts'
import { stepsBetween } from './price-steps.ts'
import type { Filters } from './schemas.ts'

/** The price that filters, sorts and facets of a currency use. */
export const priceColumn = { IDR: productSearch.priceIdr, USD: productSearch.priceUsd }

/** One condition on `product_search` for each filter in use, by the name of its facet (`attribute:color`). */
export function filterConditions(filters: Filters): Map<string, SQL> {
  const conditions = new Map<string, SQL>()
  const { category, brand, minPrice, maxPrice, inStock, attributes } = filters
  if (category !== undefined) {
    conditions.set('category', sql`${productSearch.categoryId} = any(${categorySubtree(category)})`)
  }
  if (brand !== undefined)
    conditions.set('brand', sql`${productSearch.brandId} = any(${sql.param(brand)}::uuid[])`)
  const price = priceColumn[filters.currency]
  const bounds = and(
    minPrice === undefined ? undefined : sql`${price} >= ${minPrice}`,
    maxPrice === undefined ? undefined : sql`${price} <= ${maxPrice}`,
  )
  if (bounds) {
    // Says nothing new, but it is what the text index can tell.
    const steps = sql`${productSearch.search} @@ ${stepsBetween(filters.currency, minPrice, maxPrice)}::tsquery`
    conditions.set('price', sql`${bounds} and ${steps}`)
  }
  if (inStock !== undefined) conditions.set('stock', sql`${productSearch.inStock} = ${inStock}`)
  for (const [code, terms] of Map.groupBy(attributes ?? [], (term) => term.slice(0, term.indexOf('=')))) {
    conditions.set(`attribute:${code}`, sql`${productSearch.attributeTerms} && ${sql.param(terms)}::text[]`)
  }
  return conditions
}

/** The filters of a search, as only repositories read them. */
export interface SearchFilters {
  /** What the filters let through, as it is found with least reading. */
  filters: SQL[]
  /** What a price range lets through, when it is so little that nothing is sampled or looked for by popularity. */
  narrowPrice: SQL | undefined
}

/** @param matches how many products the words of the search find, about */
export async function searchFilters(db: Db | Tx, chosen: Filters, matches: number): Promise<SearchFilters> {
  const conditions = filterConditions(chosen)
  const narrowPrice = await narrowPriceCondition(db, chosen, matches)
  if (narrowPrice) conditions.set('price', narrowPrice)
  return { filters: [...conditions.values()], narrowPrice }
}

/** Looking up a product of a price range reads two to three buffers: of more than this many nothing is gained. */
const narrowRange = 3_000

/**
 * The text index knows prices by steps only, and many that have a common word are on one. Where a price range holds few
 * products, their ids from the index of prices are the cheaper condition.
 *
 * @param matches how many products the words find, about
 * @returns the condition, or undefined when there is no range, or when it holds more than the words find
 */
async function narrowPriceCondition(
  db: Db | Tx,
  filters: Filters,
  matches: number,
): Promise<SQL | undefined> {
  const { minPrice, maxPrice, currency } = filters
  const most = Math.min(matches, narrowRange)
  if (!hasPriceRange(filters) || most === 0) return undefined
  const inRange = and(
    eq(productPrices.currency, currency),
    minPrice === undefined ? undefined : gte(productPrices.amount, minPrice),
    maxPrice === undefined ? undefined : lte(productPrices.amount, maxPrice),
  )
  const { rows } = await db.execute<{ found: number }>(sql`
    select count(*)::integer as found
    from (select from product_prices where ${inRange} limit ${most + 1}) as priced`)
  if ((rows[0]?.found ?? 0) > most) return undefined
  return sql`${productSearch.productId} = any(array(select ${productPrices.productId} from product_prices where ${inRange}))`
}

export const hasPriceRange = ({ minPrice, maxPrice }: Filters) =>
  minPrice !== undefined || maxPrice !== undefined

/** The ids of a category and all below it: worked out once per query, then compared on a btree. */
function categorySubtree(id: string): SQL {
  return sql`(array(
    with recursive subtree as (
      select id from categories where id = ${id}
      union all
      select child.id from categories as child join subtree on child.parent_id = subtree.id
    ) select id from subtree))`
}
