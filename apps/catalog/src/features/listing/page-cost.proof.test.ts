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
import { explain, watch } from '../search/explain/repository.ts'
import { type ProductList, positionKey, type Reading, readSorted } from './repository.ts'
import { isByPrice, type Sort, sorts } from './schemas.ts'
import { survey } from './service.ts'

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
    update product_search set brand_id = ${senja} from product_prices as price
    where price.product_id = product_search.product_id and amount between 9996 and 9999`)
  const admin = new Client(backend.database.adminUrl)
  await admin.connect()
  await admin.query('vacuum analyze products, product_search, product_prices')
  await admin.end()
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

const listOf = (sort: Sort, filters: Record<string, string> = {}): ProductList => ({
  filters: filterQuery.parse(filters),
  sort,
  isPriced: isByPrice(sort),
})
const browse = async (query: Record<string, string>) =>
  (await catalog.app.inject({ url: '/v1/products', query })).json()

async function buffers(list: ProductList, reading: Reading, range: Parameters<typeof readSorted>[3]) {
  const { watched, sent } = watch(catalog.deps.db)
  await readSorted(watched, list, reading, range)
  const [statement] = sent
  if (!statement) throw new Error('nothing was sent')
  return catalog.deps.db.transaction(async (tx) => {
    // Whether a row is read from the index alone depends on where autovacuum has just been.
    await tx.execute(sql`set local enable_indexonlyscan = off`)
    return (await explain(tx, statement)).buffers
  })
}

test.each(sorts)('by %s: page 10,000 costs what page 1 costs, forwards and back', async (sort) => {
  const list = listOf(sort)
  const rows = await readSorted(catalog.deps.db, list, 'walk', { limit: products })
  expect(rows).toHaveLength(products)
  /** Ten pages from here on. A single one costs three buffers or six, depending on where a page of the index ends. */
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

test('few products at the far end of an order are gathered, not walked to', async () => {
  const list = listOf('price', { category: rare })
  const { reading } = await survey(catalog.deps.db, list, false)
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
  // Only what the price filter excludes is estimated.
  const ofPrice = await browse({ minPrice: '9996', maxPrice: '9999', facets: 'true' })
  expect(ofPrice.facets).toMatchObject({ ...ofList, brands, approximate: true })
  expect(Math.abs(ofPrice.facets.prices[0].count / products - 1)).toBeLessThan(0.1)
  // The sample may have none of them, or only some. A chosen value is in the facet all the same.
  const ticked = await browse({ brand: senja, attributes: 'color=red', facets: 'true' })
  expect(ticked.facets.brands).toContainEqual({ ...brands[0], count: 4, selected: true })
  expect(ticked.facets.attributes[0].values).toContainEqual({ value: 'red', count: 4, selected: true })
})
