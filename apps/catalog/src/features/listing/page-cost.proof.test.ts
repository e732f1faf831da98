import { sql } from 'drizzle-orm'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from '../../../test/catalog-service.ts'
import { stockManyProducts } from '../../../test/many-products.ts'
import { createShop } from '../../../test/shop.ts'
import { filterQuery } from '../filters/schemas.ts'
import type { PriceRange, Reading } from './price-ranges.ts'
import { findBound, isByPrice, partUpTo, productList, readSorted, sortedQuery } from './repository.ts'
import { type Sort, sorts } from './schemas.ts'
import { createListingService } from './service.ts'
import { positionKey } from './sort-position.ts'

const products = 20_000
const pageSize = 2

let backend: CatalogBackend
let catalog: CatalogInstance
let rare: string
let common: string
let senja: string
beforeAll(async () => {
  backend = await createCatalogBackend()
  catalog = await startCatalog(backend)
  await backend.reset()
  const shop = createShop(catalog.deps.db)
  common = await shop.category('common')
  rare = await shop.category('rare')
  await stockManyProducts(catalog.deps.db, { products, common, rare })
  senja = await shop.brand('Senja')
  await catalog.deps.db.execute(sql`
    update product_search set brand_id = ${senja} where price_idr between 9996 and 9999`)
  const admin = new Client(backend.database.adminUrl)
  await admin.connect()
  await admin.query('vacuum analyze products, product_search, product_prices')
  await admin.end()
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

const listOf = (sort: Sort, filters: Record<string, string> = {}) =>
  productList(filterQuery.parse(filters), sort)
const browse = async (query: Record<string, string>) =>
  (await catalog.app.inject({ url: '/v1/products', query })).json()

async function buffers(...query: Parameters<typeof sortedQuery>): Promise<number> {
  const { rows } = await catalog.deps.db.transaction(async (tx) => {
    // Whether a row is read from the index alone depends on where autovacuum has just been.
    await tx.execute(sql`set local enable_indexonlyscan = off`)
    return tx.execute<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      sql`explain (analyze, buffers, format json) ${sortedQuery(...query)}`,
    )
  })
  const plan = rows[0]?.['QUERY PLAN'][0].Plan
  return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)
}

test.each(sorts)('by %s: page 10,000 costs what page 1 costs, on and back', async (sort) => {
  const list = listOf(sort)
  const rows = await readSorted(catalog.deps.db, list, 'walk', { limit: products })
  expect(rows).toHaveLength(products)
  /** Ten pages from here on: a single one costs three buffers or six, by where a page of the index ends. */
  const tenPages = async (from: number, direction: 'after' | 'before') => {
    let total = 0
    for (const edge of rows
      .slice(from)
      .filter((_, index) => index % pageSize === 0)
      .slice(0, 10))
      total += await buffers(list, 'walk', { limit: pageSize + 1, [direction]: positionKey(edge) })
    return total
  }
  const first = await tenPages(0, 'after')
  for (const from of [products / 2, products - pageSize * 12])
    for (const direction of ['after', 'before'] as const)
      expect(await tenPages(from, direction), `${direction} ${from}`).toBeLessThanOrEqual(first * 1.5)
})

test.each(sorts)('by %s: walking and gathering give the same order', async (sort) => {
  const list = listOf(sort, { category: rare, minPrice: '9950', maxPrice: '9990' })
  const read = (reading: Reading, range = {}) =>
    readSorted(catalog.deps.db, list, reading, { limit: 50, ...range })
  const gathered = await read('gather')
  expect(gathered.length).toBe(50)
  expect(await read('walk')).toEqual(gathered)
  const edge = gathered[20]
  if (!edge) throw new Error('too few rows')
  for (const range of [{ after: positionKey(edge) }, { before: positionKey(edge) }])
    expect(await read('walk', range)).toEqual(await read('gather', range))
})

test.each(['price', '-price'] as const)(
  'by %s: one price range after the other gives the same pages, on and back, wherever the list is cut',
  async (sort) => {
    const list = listOf(sort, { category: rare, minPrice: '9903', maxPrice: '9996' })
    const listing = createListingService(catalog.deps)
    const whole = await listing.read(list, 'gather', { limit: 1_000 })
    expect(whole).toHaveLength(188)
    // Two products have each price. Ranges without any, of one price, and with parts outside of the filters.
    for (const cuts of [[9_000], [9_903, 9_904, 9_905, 9_996], [9_902, 9_950, 9_951], [9_980, 20_000]]) {
      const ranges = [...cuts, Number.MAX_SAFE_INTEGER].map((end, index): PriceRange => {
        const reading = index % 2 === 0 ? 'gather' : 'walk'
        return { from: index === 0 ? 0 : (cuts[index - 1] ?? 0) + 1, to: end, reading }
      })
      const on = [await listing.read(list, ranges, { limit: 7 })]
      for (let last = on[0]?.at(-1); last; last = on.at(-1)?.at(-1))
        on.push(await listing.read(list, ranges, { limit: 7, after: positionKey(last) }))
      expect(on.flat()).toEqual(whole)
      for (const [index, edge] of whole.entries()) {
        const before = await listing.read(list, ranges, { limit: 3, before: positionKey(edge) })
        expect(before).toEqual(whole.slice(Math.max(0, index - 3), index).toReversed())
      }
    }
  },
)

/** A tenth of the shop, at an end of the order of names. */
const lastThings = (sort: Sort, more = sql`true`) =>
  productList(filterQuery.parse({}), sort, sql`search @@ 'thing9' and ${more}`)

test.each(sorts.filter((sort) => !isByPrice(sort)))(
  'by %s: what words find is read up to bounds from a sample, and pages are those of the whole, on and back',
  async (sort) => {
    const listing = createListingService(catalog.deps)
    for (const { list, sample, limit } of [
      { list: lastThings(sort), sample: 24, limit: 90 },
      { list: lastThings(sort), sample: 1, limit: 900 },
      // The sample has them all, so there are fewer up to a bound than it makes believe, and a page takes several.
      { list: lastThings(sort, sql`sample < 24`), sample: 24, limit: 40 },
    ] as const) {
      const whole = await listing.read(list, 'gather', { limit: products })
      expect(whole.length).toBeGreaterThan(100)
      const on = [await listing.readFound(list, sample, { limit })]
      for (let last = on[0]?.at(-1); last; last = on.at(-1)?.at(-1))
        on.push(await listing.readFound(list, sample, { limit, after: positionKey(last) }))
      expect(on.flat()).toEqual(whole)
      for (const edge of [1, 50, 95, whole.length - 1]) {
        const before = positionKey(whole[edge] ?? { id: '', key: '' })
        const back = await listing.readFound(list, sample, { limit, before })
        expect(back).toEqual(whole.slice(Math.max(0, edge - limit), edge).toReversed())
      }
    }
  },
)

test.each(['nameEn', '-nameEn'] as const)(
  'by %s: what stands together, near or far away, is not read as a whole for a page',
  async (sort) => {
    const list = lastThings(sort)
    const { db } = catalog.deps
    const all = await buffers(list, 'gather', { limit: 21 })
    const rows = await readSorted(db, list, 'gather', { limit: products })
    const middle = positionKey(rows[rows.length / 2] ?? { id: '', key: '' })
    for (const edge of [{}, { after: middle }, { before: middle }]) {
      const range = { limit: 21, ...edge }
      const bound = await findBound(db, list, 24, range, 5)
      expect(bound).toBeDefined()
      expect(await buffers(partUpTo(list, range, bound), 'gather', range)).toBeLessThan(all / 4)
    }
  },
)

test('few products at the far end of an order are gathered, not walked to', async () => {
  const list = listOf('price', { category: rare })
  const { reading } = await createListingService(catalog.deps).survey(list, false)
  const range = { limit: pageSize + 1 }
  expect(await buffers(list, reading, range)).toBeLessThan((await buffers(list, 'walk', range)) / 20)
})

test('a total is exact when few match, else an estimate that does not change from page to page', async () => {
  const few = await browse({ category: rare, limit: '1' })
  expect(few.total).toEqual({ value: products / 100, relation: 'eq' })
  const all = await browse({ limit: '1' })
  expect(all.total.relation).toBe('estimate')
  expect(Math.abs(all.total.value / products - 1)).toBeLessThan(0.1)
  const next = await browse({ limit: '1', cursor: all.page.next })
  expect(next.total).toEqual(all.total)
})

test('facets of a large list are estimated, too', async () => {
  const { facets } = await browse({ facets: 'true', attributes: 'color=red' })
  expect(facets.approximate).toBe(true)
  const [{ values }] = facets.attributes
  for (const { count } of values) expect(Math.abs(count / (products / 2) - 1)).toBeLessThan(0.1)
})

test('facets of a few products in a large shop say exactly what the list has', async () => {
  const ofList = {
    categories: [{ id: rare, count: 8, selected: false }],
    stock: [
      { inStock: true, count: 5, selected: false },
      { inStock: false, count: 3, selected: false },
    ],
    attributes: [
      {
        code: 'color',
        values: [
          { value: 'blue', count: 4, selected: false },
          { value: 'red', count: 4, selected: false },
        ],
      },
    ],
  }
  const brands = [{ id: senja, name: 'Senja', count: 8 }]
  const ofBrand = await browse({ brand: senja, facets: 'true' })
  expect(ofBrand.total).toEqual({ value: 8, relation: 'eq' })
  expect(ofBrand.facets).toMatchObject({
    ...ofList,
    brands: [{ ...brands[0], selected: true }],
    prices: [{ from: 0, count: 8, selected: false }],
  })
  // What the price leaves out, and only that, is estimated.
  const ofPrice = await browse({ minPrice: '9996', maxPrice: '9999', facets: 'true' })
  expect(ofPrice.facets).toMatchObject({ ...ofList, brands, approximate: true })
  expect(Math.abs(ofPrice.facets.prices[0].count / products - 1)).toBeLessThan(0.1)
  // The sample may know none of them, or only some: what is ticked is there all the same.
  const ticked = await browse({ brand: senja, attributes: 'color=red', facets: 'true' })
  expect(ticked.facets.brands).toContainEqual({ ...brands[0], count: 4, selected: true })
  expect(ticked.facets.attributes[0].values).toContainEqual({ value: 'red', count: 4, selected: true })
})
