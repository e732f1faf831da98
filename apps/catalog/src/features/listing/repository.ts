import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { and, type SQL, sql } from 'drizzle-orm'
import { type Source, sourceOf } from '../facets/repository.ts'
import type { SampleSize } from '../facets/sample.ts'
import { stepWord } from '../filters/price-steps.ts'
import { filterConditions, hasPriceRange, priceColumn } from '../filters/repository.ts'
import type { Filters } from '../filters/schemas.ts'
import type { Reading, StepCount } from './price-ranges.ts'
import type { Sort } from './schemas.ts'
import { readPosition, type SortedRow } from './sort-position.ts'

/** A list of products: what matches (a search, or everything), filtered and sorted. */
export interface ProductList {
  /** A condition on `product_search`. */
  match: SQL
  /** Words are looked for: `match` has a text index. */
  isSearch: boolean
  filters: Filters
  sort: Sort
}

/** What is walked: prices have an index in a table of their own. */
const amount = { column: sql.raw('product_prices.amount'), type: sql.raw('bigint') }
const created = { column: sql.raw('product_search.created_at'), type: sql.raw('timestamptz') }
const rating = { column: sql.raw('product_search.rating'), type: sql.raw('real') }
const nameEn = { column: sql.raw('product_search.name_en'), type: sql.raw('text') }
const nameId = { column: sql.raw('product_search.name_id'), type: sql.raw('text') }
const sortKeys: Record<Sort, typeof amount> = {
  price: amount,
  '-price': amount,
  created,
  '-created': created,
  rating,
  '-rating': rating,
  nameEn,
  '-nameEn': nameEn,
  nameId,
  '-nameId': nameId,
}

/** A list of what matches, or of everything. By price only what has one can be sorted. */
export function productList(filters: Filters, sort: Sort, words?: SQL): ProductList {
  const isPriced = sql`${priceColumn[filters.currency]} is not null`
  const match = words ?? sql`true`
  return {
    match: isByPrice(sort) ? sql`(${match}) and ${isPriced}` : match,
    isSearch: words !== undefined,
    filters,
    sort,
  }
}

export const isByPrice = (sort: Sort): boolean => sortKeys[sort] === amount

/** One page in the order of the list, or in reverse when the range has `before`. */
export async function readSorted(
  db: Db | Tx,
  list: ProductList,
  reading: Reading,
  range: Range,
): Promise<SortedRow[]> {
  const { rows } = await db.execute<SortedRow & Record<string, unknown>>(sortedQuery(list, reading, range))
  return rows
}

/** The page as SQL, also for EXPLAIN. */
export function sortedQuery(list: ProductList, reading: Reading, range: Range): SQL {
  const { column } = sortKeys[list.sort]
  const descends = isDescending(list.sort, range)
  const direction = sql.raw(descends ? 'desc' : 'asc')
  const beyond = (key: SQL) => isBeyond(key, list.sort, range)
  const members = membersOf(list, reading)
  if (reading === 'walk') {
    return sql`
      select product_id as id, ${column}::text as key from ${members} and ${beyond(column)}
      order by ${column} ${direction}, product_id ${direction} limit ${range.limit}`
  }
  const gathered = isByPrice(list.sort) ? priceColumn[list.filters.currency] : column
  // Materialized: otherwise PostgreSQL may walk the sort's index past all that does not match.
  return sql`
    with matches as materialized (select product_id, ${gathered} as sort_key from ${members})
    select product_id as id, sort_key::text as key from matches where ${beyond(sql`sort_key`)}
    order by sort_key ${direction}, product_id ${direction} limit ${range.limit}`
}

/** Where a page begins. A comparison of rows is one seek in the index; the same with OR reads all before the page. */
function isBeyond(key: SQL, sort: Sort, range: Range): SQL {
  const edge = readPosition(range.before ?? range.after)
  if (edge === undefined) return sql`true`
  const comparison = sql.raw(isDescending(sort, range) ? '<' : '>')
  return sql`(${key}, product_id) ${comparison} (${edge.key}::${sortKeys[sort].type}, ${edge.id}::uuid)`
}

/** Whether the rows are read from the greatest on: what comes before a page is read backwards. */
export const isDescending = (sort: Sort, range: Range): boolean =>
  sort.startsWith('-') !== (range.before !== undefined)

/** FROM and WHERE of a list. */
function membersOf(list: ProductList, reading: Reading): SQL {
  const { minPrice, maxPrice, currency } = list.filters
  const isWalkedByPrice = reading === 'walk' && isByPrice(list.sort)
  // Without words, the index of prices is all that knows a price range.
  const isFoundByPrice = reading === 'gather' && !list.isSearch && hasPriceRange(list.filters)
  if (!isWalkedByPrice && !isFoundByPrice) return sql`product_search where ${conditionsOf(list)}`
  const lower = minPrice === undefined ? sql`` : sql`and amount >= ${minPrice}`
  const upper = maxPrice === undefined ? sql`` : sql`and amount <= ${maxPrice}`
  const priced = sql`currency = ${currency} ${lower} ${upper}`
  if (isFoundByPrice) {
    return sql`product_prices join product_search using (product_id) where ${priced} and ${conditionsOf(list)}`
  }
  // The limit keeps it a look-up for each price: PostgreSQL may hope for few matches, and would find and sort them all.
  return sql`product_prices cross join lateral (
      select from product_search
      where product_search.product_id = product_prices.product_id and ${conditionsOf(withoutPrices(list))} limit 1
    ) as matching
    where ${priced}`
}

/** The conditions on `product_search` alone. */
function conditionsOf({ match, filters }: ProductList): SQL {
  return sql.join([sql`(${match})`, ...filterConditions(filters).values()], sql` and `)
}

const withoutPrices = (list: ProductList): ProductList => ({
  ...list,
  filters: { ...list.filters, minPrice: undefined, maxPrice: undefined },
})

/** About 10,000 products of a kilobyte: as exact as a person wants it, in some milliseconds. */
const samplePages = 1_250

/** A sample of all products, whatever they are filtered by. All of them, when they are few. */
export async function sampleOfAll(db: Db | Tx): Promise<Source> {
  const { rows } = await db.execute<{ pages: number }>(sql`
    select (pg_relation_size('product_search') / current_setting('block_size')::integer)::integer as pages`)
  const factor = Math.max(1, (rows[0]?.pages ?? 0) / samplePages)
  if (factor === 1) return { from: sql`product_search`, factor }
  // Always the same pages, or totals would differ from page to page of a list.
  return { from: sql`product_search tablesample system (${100 / factor}::real) repeatable (1)`, factor }
}

/**
 * Where the facets of a list of few products are counted: in the list itself, and the sample adds what its filters leave
 * out, which only a facet with a filter of its own counts.
 */
export function membersAndSample(list: ProductList, sample: Source): Source {
  const from = sql`(
      select product_search.*, ${1 / sample.factor}::float8 as weight from ${membersOf(list, 'gather')}
      union all
      select product_search.*, 1 from ${sample.from} where (${conditionsOf(list)}) is not true
    ) as product_search`
  return { from, factor: sample.factor, weight: sql`weight` }
}

/** How many products there are in a source, and how many of them the list has. */
export async function countIn(
  db: Db | Tx,
  source: SQL,
  list: ProductList,
): Promise<{ products: number; found: number }> {
  const { rows } = await db.execute<{ products: number; found: number }>(sql`
    select count(*)::integer as products, (count(*) filter (where ${conditionsOf(list)}))::integer as found
    from ${source}`)
  return rows[0] ?? { products: 0, found: 0 }
}

/** How many products the list has, counted by the indexes of its filters, but no further than `most`. */
export async function countGathered(db: Db | Tx, list: ProductList, most: number): Promise<number> {
  const { rows } = await db.execute<{ found: number }>(sql`
    select count(*)::integer as found from (select from ${membersOf(list, 'gather')} limit ${most}) as matches`)
  return rows[0]?.found ?? 0
}

/**
 * What each step of prices (filters/price-steps.ts) has, the whole step, whatever prices the list has: of all products by
 * the vocabulary, which counts the steps as it counts words, and of a search by a sample. A step that is not in the answer
 * may have some all the same.
 */
export async function countSteps(
  db: Db | Tx,
  list: ProductList,
  sample: SampleSize,
): Promise<Map<number, StepCount>> {
  const { currency } = list.filters
  const source = sourceOf(sample)
  const price = priceColumn[currency]
  const { rows } = await db.execute<StepCount & { step: number } & Record<string, unknown>>(sql`
    with sampled as (
      select length(to_bin(${price})) as step, count(*) as found, min(${price}) as cheapest, max(${price}) as dearest
      from ${source.from} where ${conditionsOf(withoutPrices(list))} group by 1
    ), counted as (
      select substr(word, 5)::integer as step, frequency as products
      from vocabulary where word like ${stepWord(currency, '%')}
    )
    select step, coalesce(products, 0) as products, (coalesce(found, 0) * ${source.factor}::float8)::integer as found,
      coalesce(cheapest, 0)::float8 as cheapest, coalesce(dearest, 0)::float8 as dearest
    from sampled full join counted using (step)`)
  return new Map(rows.map(({ step, ...count }) => [step, count]))
}

/**
 * Where a page of a list is likely to end: at the row that stands so many places behind the page's edge among those that a
 * sample has of the list. Undefined when it has fewer.
 */
export async function findBound(
  db: Db | Tx,
  list: ProductList,
  sample: SampleSize,
  range: Range,
  places: number,
): Promise<SortedRow | undefined> {
  const { column } = sortKeys[list.sort]
  const direction = sql.raw(isDescending(list.sort, range) ? 'desc' : 'asc')
  const { rows } = await db.execute<SortedRow & Record<string, unknown>>(sql`
    -- Materialized: otherwise PostgreSQL would walk the sort's index.
    with sampled as materialized (
      select product_id, ${column} as sort_key from ${sourceOf(sample).from}
      where ${conditionsOf(list)} and ${isBeyond(column, list.sort, range)}
    )
    select product_id as id, sort_key::text as key from sampled
    order by sort_key ${direction}, product_id ${direction} offset ${places - 1} limit 1`)
  return rows[0]
}

/**
 * The part of a list from a page's edge up to a row, or to its end. Of keys PostgreSQL has statistics: it knows whether so
 * few are between that their index is enough, or the text index is to be asked, too. Places among equal keys it has to look
 * up; told them, it would take them for one more condition, and expect much too little.
 */
export function partUpTo(list: ProductList, range: Range, bound: SortedRow | undefined): ProductList {
  const { column, type } = sortKeys[list.sort]
  const side = (row: SortedRow | undefined, comparison: SQL) =>
    row &&
    sql`${column} ${comparison} ${row.key}::${type}
      and (${column}, product_id) ${comparison} ((select ${row.key}::${type}), (select ${row.id}::uuid))`
  const [on, back] = [sql.raw('>='), sql.raw('<=')]
  const [from, to] = isDescending(list.sort, range) ? [back, on] : [on, back]
  const edge = readPosition(range.before ?? range.after)
  return { ...list, match: sql`${and(list.match, side(edge, from), side(bound, to))}` }
}

/** One page of what stands up to a row. */
export function readUpTo(
  db: Db,
  list: ProductList,
  range: Range,
  bound: SortedRow | undefined,
): Promise<SortedRow[]> {
  return withTransaction(db, async (tx) => {
    // Half the shop may be in between. In 4 MB, the default, PostgreSQL cannot remember which products those were, only
    // on which pages, and would read all matches there.
    await tx.execute(sql`select set_config('work_mem', '32MB', true)`)
    return readSorted(tx, partUpTo(list, range, bound), 'gather', range)
  })
}
