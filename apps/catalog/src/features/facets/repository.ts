import type { Db, Tx } from '@fondasi/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { priceColumn } from '../filters/repository.ts'
import type { Currency } from '../products/money.ts'
import { type SampleSize, scaleOf } from './sample.ts'

export interface Count extends Record<string, unknown> {
  facet: string
  value: string
  count: number
}

/** Where products are counted: all of them, or a sample in which each stands for `factor`. */
export interface Source {
  /** Goes by the name `product_search`. */
  from: SQL
  factor: number
  /** What a row counts, where some stand for themselves alone. Else 1. */
  weight?: SQL
}

/** What is counted, as only repositories read it. */
export interface CountedList {
  /** The condition on `product_search` before filters. */
  match: SQL
  /** Where it is counted; the caller multiplies. */
  source: Source
}

/** All products, or a sample that has a text index of its own: for what words match. */
export const sourceOf = (sample: SampleSize | undefined): Source => ({
  from:
    sample === undefined
      ? sql`product_search`
      : sql`(select * from product_search where ${inSample(sample)}) as product_search`,
  factor: scaleOf(sample),
})

/** No facet shows more values: the commonest are what people tick. */
const valuesShown = 50

/**
 * Counts all facets in one scan. They are disjunctive: a facet counts what would be found if its own filter were
 * not set, so that a second brand can be ticked. One boolean per filter and row says what holds; each facet asks
 * for all of them but its own. The row `total` counts where everything holds, `matched` what there is before filters.
 *
 * @param options.bounds lower ends of price buckets, ascending, in minor units
 */
export async function countFacets(
  db: Db | Tx,
  options: CountedList & {
    filters: ReadonlyMap<string, SQL>
    currency: Currency
    bounds: readonly number[]
  },
): Promise<Count[]> {
  const names = [...options.filters.keys()]
  const column = (name: string) => sql.raw(`holds_${names.indexOf(name)}`)
  const others = (own?: string) =>
    sql.join([sql`true`, ...names.filter((name) => name !== own).map(column)], sql` and `)
  const flags = [...options.filters].map(
    ([name, condition]) => sql`, (${condition}) is true as ${column(name)}`,
  )
  const held = names.map((name) => sql`, ${column(name)}`)
  const ticked = names.filter((name) => name.startsWith('attribute:'))
  const codes = ticked.map((name) => name.slice('attribute:'.length))

  const { rows } = await db.execute<Count>(sql`
    with hits as materialized (
      select brand_id, category_id, in_stock, attribute_terms, ${options.source.weight ?? sql`1::float8`} as weight,
        width_bucket(${priceColumn[options.currency]}, ${sql.param([...options.bounds])}::bigint[]) as bucket
        ${sql.join(flags, sql``)}
      from ${options.source.from} where ${options.match}
    ), terms as (
      select split_part(term, '=', 1) as code, term, weight, ${others()} as all_hold
        ${sql.join(held, sql``)}
      from hits, unnest(attribute_terms) as term
    ), counts as (
      select 'total' as facet, '' as value, sum(weight) as count from hits where ${others()}
      union all
      select 'matched', '', sum(weight) from hits
      union all
      select 'brand', brand_id::text, sum(weight) from hits where brand_id is not null and ${others('brand')} group by 2
      union all
      select 'category', category_id::text, sum(weight) from hits where ${others('category')} group by 2
      union all
      select 'price', bucket::text, sum(weight) from hits where bucket is not null and ${others('price')} group by 2
      union all
      select 'stock', in_stock::text, sum(weight) from hits where ${others('stock')} group by 2
      union all
      select 'attribute', term, sum(weight) from terms
      where all_hold ${codes.length === 0 ? sql`` : sql`and not code = any(${sql.param(codes)}::text[])`} group by 2
      ${sql.join(
        ticked.map(
          (name, index) => sql`
      union all
      select 'attribute', term, sum(weight) from terms where ${others(name)} and code = ${codes[index]} group by 2`,
        ),
        sql``,
      )}
    ), best as (
      select *, row_number() over (
        partition by facet, case when facet = 'attribute' then split_part(value, '=', 1) end
        order by count desc, value
      ) as place
      from counts
    )
    select facet, value, coalesce(count, 0) as count from best
    where place <= ${valuesShown} and not (facet = 'attribute' and split_part(value, '=', 1) in (
      select code from attributes where not attributes.facet))
    order by facet, count desc, value`)
  return rows
}

/** A partial index is used only where its condition stands in the query as a literal. */
export const inSample = (size: SampleSize) => sql.raw(`sample < ${size}`)

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
