import { type SQL, sql } from 'drizzle-orm'
import { productSearch } from '../../db/schema.ts'
import type { Filters, ProductSet } from './schemas.ts'

// Conditions for other repositories. Those on products read a row of product_search, those on SKUs one of its offers: a
// product passes when one of its SKUs passes all of them.

/** All products of a set. */
export function inSet(set: ProductSet): SQL {
  const { attributes } = set.filters
  const offerConditions = [...offerFilters(set.filters).values()]
  if (set.isPriced) offerConditions.push(sql`${priceOf(set.filters)} is not null`)
  const conditions = [isFound(set), ...productFilters(set.filters).values()]
  // For their index: only some SKU of the product has these.
  for (const terms of byCode(attributes).values())
    conditions.push(sql`attribute_terms && ${param(terms)}::text[]`)
  if (offerConditions.length > 0) {
    conditions.push(sql`exists (select from unnest(offers) as offer where ${all(offerConditions)})`)
  }
  return all(conditions)
}

/** What a search found, before filters. */
export function isFound({ found }: ProductSet): SQL {
  if (!found) return sql`true`
  const { tsquery, codeMatches, unwanted } = found
  const words = sql`(search @@ ${tsquery}::tsquery)`
  if (codeMatches.length === 0) return words
  const none = unwanted.map((each) => sql`not (search @@ ${each}::tsquery)`)
  return sql`(${words} or ${all([isOneOf(codeMatches), ...none])})`
}

export const isOneOf = (ids: readonly string[]): SQL => sql`(product_id = any(${param(ids)}::uuid[]))`

/** One condition for each filter on products, by the name of its facet. */
export function productFilters({ category, brand }: Filters): Map<string, SQL> {
  const conditions = new Map<string, SQL>()
  if (category !== undefined)
    conditions.set('category', sql`${productSearch.categoryId} = any(${categorySubtree(category)})`)
  if (brand !== undefined)
    conditions.set('brand', sql`${productSearch.brandId} = any(${param(brand)}::uuid[])`)
  return conditions
}

/** One condition on `offer` for each filter on SKUs, by the name of its facet (`attribute:color`). */
export function offerFilters(filters: Filters): Map<string, SQL> {
  const conditions = new Map<string, SQL>()
  const { minPrice, maxPrice, inStock, attributes } = filters
  const bounds = [
    ...(minPrice === undefined ? [] : [sql`${priceOf(filters)} >= ${minPrice}`]),
    ...(maxPrice === undefined ? [] : [sql`${priceOf(filters)} <= ${maxPrice}`]),
  ]
  if (bounds.length > 0) conditions.set('price', all(bounds))
  if (inStock !== undefined) conditions.set('stock', sql`offer.in_stock = ${inStock}`)
  for (const [code, terms] of byCode(attributes))
    conditions.set(`attribute:${code}`, sql`offer.terms && ${param(terms)}::text[]`)
  return conditions
}

/** The price of an offer in the currency of the filters, or null. */
export const priceOf = ({ currency }: Filters): SQL => sql`(offer.prices ->> ${currency})::bigint`

/** The price that a list shows of a product: the lowest of the SKUs that pass all filters. */
export const lowestPrice = (filters: Filters): SQL =>
  sql`(select min(${priceOf(filters)}) from unnest(offers) as offer where ${all([...offerFilters(filters).values()])})`

/** Whether one of the SKUs that pass all filters is in stock. */
export const isInStock = (filters: Filters): SQL =>
  sql`exists (select from unnest(offers) as offer where ${all([sql`in_stock`, ...offerFilters(filters).values()])})`

export const all = (conditions: readonly SQL[]): SQL => sql.join([sql`true`, ...conditions], sql` and `)

const param = (values: readonly string[]) => sql.param([...values])
const byCode = (terms: readonly string[] = []) =>
  Map.groupBy(terms, (term) => term.slice(0, term.indexOf('=')))

/** The ids of a category and all below it: computed once per query, then compared in a btree. */
function categorySubtree(id: string): SQL {
  return sql`(array(
    with recursive subtree as (
      select id from categories where id = ${id}
      union all
      select child.id from categories as child join subtree on child.parent_id = subtree.id
    ) select id from subtree))`
}
