import { and, type SQL, sql } from 'drizzle-orm'
import { productSearch } from '../../db/schema.ts'
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
  if (bounds) conditions.set('price', bounds)
  if (inStock !== undefined) conditions.set('stock', sql`${productSearch.inStock} = ${inStock}`)
  for (const [code, terms] of Map.groupBy(attributes ?? [], (term) => term.slice(0, term.indexOf('=')))) {
    conditions.set(`attribute:${code}`, sql`${productSearch.attributeTerms} && ${sql.param(terms)}::text[]`)
  }
  return conditions
}

/** The ids of a category and all below it: worked out once per query, then compared on a btree. */
function categorySubtree(id: string): SQL {
  return sql`(array(
    with recursive subtree as (
      select id from categories where id = ${id}
      union all
      select child.id from categories as child join subtree on child.parent_id = subtree.id
    ) select id from subtree))`
}

export type { SQL } from 'drizzle-orm'
