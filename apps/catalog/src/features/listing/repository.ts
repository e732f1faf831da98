import type { Db, Tx } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { type SQL, sql } from 'drizzle-orm'
import { pages } from '../facets/repository.ts'
import { inSet, lowestPrice } from '../filters/repository.ts'
import type { ProductSet } from '../filters/schemas.ts'
import { isByPrice, type Sort } from './schemas.ts'

/** How a page is read: along the sort's index until it is full, or all matches first, which are then sorted. */
export type Reading = 'walk' | 'gather'

/** A set of products in an order. */
export interface ProductList extends ProductSet {
  sort: Sort
}

/** A row of a sorted list: everything that decides its place. */
export interface SortedRow extends Record<string, unknown> {
  id: string
  /** The value of the sort key, as PostgreSQL writes it. */
  key: string
}

/** What a cursor stores about a row. */
export const positionKey = ({ id, key }: SortedRow): string => `${id} ${key}`

/** What a walk follows: prices have an index in a table of their own. */
const amount = { column: sql.raw('product_prices.amount'), type: sql.raw('bigint') }
const created = { column: sql.raw('product_search.created_at'), type: sql.raw('timestamptz') }
const rating = { column: sql.raw('product_search.rating'), type: sql.raw('real') }
const popularity = { column: sql.raw('product_search.popularity'), type: sql.raw('integer') }
const nameEn = { column: sql.raw('product_search.name_en'), type: sql.raw('text') }
const nameId = { column: sql.raw('product_search.name_id'), type: sql.raw('text') }
const sortKeys: Record<Sort, typeof amount> = {
  price: amount,
  '-price': amount,
  created,
  '-created': created,
  rating,
  '-rating': rating,
  popularity,
  '-popularity': popularity,
  nameEn,
  '-nameEn': nameEn,
  nameId,
  '-nameId': nameId,
}

/** One page in the order of the list, or in reverse when the range has `before`. */
export async function readSorted(
  db: Db | Tx,
  list: ProductList,
  reading: Reading,
  range: Range,
): Promise<SortedRow[]> {
  const { column } = sortKeys[list.sort]
  const isDescending = list.sort.startsWith('-') !== (range.before !== undefined)
  const direction = sql.raw(isDescending ? 'desc' : 'asc')
  const beyond = (key: SQL) => isBeyond(key, list.sort, range, isDescending)
  const gathered = isByPrice(list.sort) ? lowestPrice(list.filters) : column
  const page =
    reading === 'walk'
      ? sql`
        select product_id as id, ${column}::text as key from ${membersOf(list, reading)} and ${beyond(column)}
        order by ${column} ${direction}, product_id ${direction} limit ${range.limit}`
      : // Materialized: otherwise PostgreSQL may walk the sort's index past everything that does not match.
        sql`
        with matches as materialized (
          select product_id, ${gathered} as sort_key from ${membersOf(list, reading)}
        )
        select product_id as id, sort_key::text as key from matches where ${beyond(sql`sort_key`)}
        order by sort_key ${direction}, product_id ${direction} limit ${range.limit}`
  const { rows } = await db.execute<SortedRow>(page)
  return rows
}

/** Where a page begins. A comparison of rows is one seek in the index; the same with OR reads everything before the page. */
function isBeyond(key: SQL, sort: Sort, range: Range, isDescending: boolean): SQL {
  const position = range.before ?? range.after
  if (position === undefined) return sql`true`
  const idLength = position.indexOf(' ')
  const edge = { id: position.slice(0, idLength), key: position.slice(idLength + 1) }
  const comparison = sql.raw(isDescending ? '<' : '>')
  return sql`(${key}, product_id) ${comparison} (${edge.key}::${sortKeys[sort].type}, ${edge.id}::uuid)`
}

/** FROM and WHERE of a list. */
function membersOf(list: ProductList, reading: Reading): SQL {
  const { minPrice, maxPrice, currency } = list.filters
  const isWalked = reading === 'walk' && isByPrice(list.sort)
  // Without words, only the index of prices can find a price range.
  const hasPriceRange = minPrice !== undefined || maxPrice !== undefined
  const isFoundByPrice = reading === 'gather' && !list.found && hasPriceRange
  if (!isWalked && !isFoundByPrice) return sql`product_search where ${inSet(list)}`
  const lower = minPrice === undefined ? sql`` : sql`and amount >= ${minPrice}`
  const upper = maxPrice === undefined ? sql`` : sql`and amount <= ${maxPrice}`
  const priced = sql`currency = ${currency} ${lower} ${upper}`
  // A product has a row for each of its prices, and is listed at the lowest one that passes the filters.
  const listed = sql`${inSet(list)} and ${lowestPrice(list.filters)} = product_prices.amount`
  if (isFoundByPrice) {
    return sql`product_prices join product_search using (product_id) where ${priced} and ${listed}`
  }
  // The limit makes it a look-up for each price: PostgreSQL may expect few matches, and would find and sort them all.
  return sql`product_prices cross join lateral (
      select from product_search
      where product_search.product_id = product_prices.product_id and ${listed} limit 1
    ) as matching
    where ${priced}`
}

/** About 10,000 products of a kilobyte: exact enough for a person, in some milliseconds. */
const samplePages = 1_250

/** A sample of all products, whatever the filters: `factor` is 1 when it is all of them. */
export async function findSampleFactor(db: Db | Tx): Promise<number> {
  const { rows } = await db.execute<{ pages: number }>(sql`
    select (pg_relation_size('product_search') / current_setting('block_size')::integer)::integer as pages`)
  return Math.max(1, (rows[0]?.pages ?? 0) / samplePages)
}

/** How many products the sample has, and how many of them the list has. */
export async function countSample(
  db: Db | Tx,
  list: ProductSet,
  factor: number,
): Promise<{ products: number; found: number }> {
  const { rows } = await db.execute<{ products: number; found: number }>(sql`
    select count(*)::integer as products, (count(*) filter (where ${inSet(list)}))::integer as found
    from ${pages(factor)}`)
  return rows[0] ?? { products: 0, found: 0 }
}

/** Counts the products of the list by the indexes of its filters, up to `most`. */
export async function countGathered(db: Db | Tx, list: ProductList, most: number): Promise<number> {
  const { rows } = await db.execute<{ found: number }>(sql`
    select count(*)::integer as found
    from (select from ${membersOf(list, 'gather')} limit ${most}) as matches`)
  return rows[0]?.found ?? 0
}
