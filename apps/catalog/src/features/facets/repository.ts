import type { Db, Tx } from '@fondasi/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { all, inSet, isFound, offerFilters, priceOf, productFilters } from '../filters/repository.ts'
import type { ProductSet } from '../filters/schemas.ts'
import type { Source } from './sample.ts'

export interface Count extends Record<string, unknown> {
  facet: string
  value: string
  count: number
}

/** No facet shows more values: the most frequent are what people choose. */
const valuesShown = 50

/**
 * Counts all facets in one scan. They are disjunctive: a facet counts what would be found if its own filter were not set,
 * so that a second brand can be chosen. `hits` has a row for each SKU, with one boolean per filter; each facet requires all
 * of them but its own, and counts each product once. The rows of `edge` are the lowest and the highest price.
 *
 * @param options.bounds lower ends of price buckets, ascending, in minor units
 */
export async function countFacets(
  db: Db | Tx,
  set: ProductSet,
  options: { source: Source; bounds: readonly number[] },
): Promise<Count[]> {
  const { source, bounds } = options
  const filters = new Map([...productFilters(set.filters), ...offerFilters(set.filters)])
  const names = [...filters.keys()]
  const column = (name: string) => sql.raw(`holds_${names.indexOf(name)}`)
  const others = (own?: string) => all(names.filter((name) => name !== own).map(column))
  const flags = [...filters].map(([name, condition]) => sql`, (${condition}) is true as ${column(name)}`)
  const chosen = names.filter((name) => name.startsWith('attribute:'))
  const codes = chosen.map((name) => name.slice('attribute:'.length))
  // An attribute with a filter of its own is counted without that filter.
  const ofChosen = chosen.map(
    (name, index) => sql`
      union all
      select 'attribute', term, product_id, weight from hits, unnest(terms) as term
      where ${others(name)} and split_part(term, '=', 1) = ${codes[index]}`,
  )
  const price = priceOf(set.filters)
  const { rows } = await db.execute<Count>(sql`
    with hits as materialized (
      select product_id, brand_id, category_id, offer.in_stock, offer.terms, weight, ${price} as price,
        width_bucket(${price}, ${sql.param([...bounds])}::bigint[]) as bucket ${sql.join(flags, sql``)}
      from ${sourceOf(source, set)} cross join unnest(offers) as offer
      where ${isFound(set)} ${set.isPriced ? sql`and ${price} is not null` : sql``}
    ), tallied as (
      select 'brand' as facet, brand_id::text as value, product_id, weight from hits
      where brand_id is not null and ${others('brand')}
      union all
      select 'category', category_id::text, product_id, weight from hits where ${others('category')}
      union all
      select 'price', bucket::text, product_id, weight from hits where bucket is not null and ${others('price')}
      union all
      select 'stock', in_stock::text, product_id, weight from hits where ${others('stock')}
      union all
      select 'attribute', term, product_id, weight from hits, unnest(terms) as term
      where ${others()} and not split_part(term, '=', 1) = any(${sql.param(codes)}::text[])
      ${sql.join(ofChosen, sql``)}
    ), counts as (
      select facet, value, sum(weight) as count from (select distinct * from tallied) as once group by facet, value
    ), best as (
      select *, row_number() over (
        partition by facet, case when facet = 'attribute' then split_part(value, '=', 1) end
        order by count desc, value
      ) as place
      from counts
    )
    select facet, value, count from best
    where place <= ${valuesShown} and not (facet = 'attribute' and split_part(value, '=', 1) in (
      select code from attributes where not attributes.facet))
    union all
    select 'edge', unnest(array[min(price), max(price)])::text, 1 from hits where ${others('price')} having count(price) > 0
    order by facet, count desc, value`)
  return rows
}

/** The rows that are looked at, by the name `product_search`. `weight` is below 1 where they stand only for themselves. */
function sourceOf(source: Source, set: ProductSet): SQL {
  if (source.of === 'sample')
    return sql`(select *, 1::float8 as weight from product_search where ${inSample}) as product_search`
  const sampled = sql`select *, 1::float8 as weight from ${pages(source.factor)}`
  if (!source.wholeList) return sql`(${sampled}) as product_search`
  return sql`(
    select *, ${1 / source.factor}::float8 as weight from product_search where ${inSet(set)}
    union all
    ${sampled} where (${inSet(set)}) is not true
  ) as product_search`
}

/** The partial index of the sample is used only for a literal. */
export const inSample: SQL = sql.raw('sample = 0')

/** Always the same pages of the table, or totals would differ from page to page of a list. */
export const pages = (factor: number): SQL =>
  factor === 1
    ? sql`product_search`
    : sql`product_search tablesample system (${100 / factor}::real) repeatable (1)`

/** Names for the ids that were counted. */
export async function readNames(db: Db | Tx, counts: readonly Count[]) {
  const ids = (facet: string) =>
    sql.param(counts.filter((row) => row.facet === facet).map(({ value }) => value))
  const { rows } = await db.execute<{ id: string; en: string; local: string }>(sql`
    select id, name as en, name as local from brands where id = any(${ids('brand')}::uuid[])
    union all
    select id, name_en, name_id from categories where id = any(${ids('category')}::uuid[])`)
  return new Map(rows.map(({ id, en, local }) => [id, { en, id: local }]))
}
