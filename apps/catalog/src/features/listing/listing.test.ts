import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { stockManyProducts } from '../../../test/many-products.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import { products, skus } from '../../db/schema.ts'
import { rebuildProductSearch } from '../products/repository.ts'
import { sorts } from './schemas.ts'

const { backend, catalog, shop } = await useCatalog()

interface Page {
  items: { id: string; title: { en: string }; price: { amount: number } | null }[]
  page: { next: string | null; prev: string | null }
  total: { value: number; relation: string }
  facets?: {
    stock: object[]
    prices: { from: number; to: number | null; count: number; selected: boolean }[]
    attributes: { code: string; values: { value: string; count: number }[] }[]
  }
}
type Query = Record<string, string>
const ask = (path: string, query: Query) => catalog.app.inject({ url: `/v1/${path}`, query })
const list = async (query: Query, path = 'products') => {
  const response = await ask(path, query)
  expect(response.statusCode, response.body).toBe(200)
  return response.json<Page>()
}
const titles = async (query: Query) => (await list(query)).items.map(({ title }) => title.en)

async function allPages(path: string, query: Query): Promise<Page[]> {
  const pages = [await list(query, path)]
  for (let next = pages[0]?.page.next ?? null; next !== null; next = pages.at(-1)?.page.next ?? null)
    pages.push(await list({ ...query, cursor: next }, path))
  return pages
}

describe('filters and sorts', () => {
  test('each filter, each sort, and facets that count what another choice would find', async () => {
    const fashion = await shop.category('fashion')
    const shirts = await shop.category('fashion/shirts', undefined, fashion)
    const food = await shop.category('food')
    const senja = await shop.brand('Senja')
    await shop.product({
      title: { en: 'Aa shirt', id: 'Kemeja' },
      categoryId: shirts,
      brandId: senja,
      priceIdr: 300,
      priceUsd: 3,
      rating: 4.5,
      popularity: 5,
      attributes: { color: 'red' },
      createdAt: new Date('2026-03-03'),
    })
    await shop.product({
      title: { en: 'Bb coat', id: 'Jaket' },
      categoryId: fashion,
      priceIdr: 100,
      stock: 0,
      rating: 3.9,
      popularity: 9,
      createdAt: new Date('2026-02-02'),
    })
    await shop.product({
      title: { en: 'Émping', id: 'Apel' },
      categoryId: food,
      priceIdr: 200,
      priceUsd: 9,
      createdAt: new Date('2026-01-01'),
    })
    expect(await titles({})).toEqual(['Aa shirt', 'Bb coat', 'Émping'])
    expect(await titles({ category: fashion })).toEqual(['Aa shirt', 'Bb coat'])
    expect(await titles({ brand: senja })).toEqual(['Aa shirt'])
    expect(await titles({ inStock: 'false' })).toEqual(['Bb coat'])
    expect(await titles({ attributes: 'color=red,color=blue' })).toEqual(['Aa shirt'])
    for (const price of ['', ' ', '0x10', '1e3', '-1', '1.5'])
      expect(
        (await catalog.app.inject({ url: '/v1/products', query: { maxPrice: price } })).statusCode,
        price,
      ).toBe(400)
    expect(await titles({ minPrice: '100', maxPrice: '200' })).toEqual(['Bb coat', 'Émping'])
    const orders = {
      price: ['Bb coat', 'Émping', 'Aa shirt'],
      created: ['Émping', 'Bb coat', 'Aa shirt'],
      rating: ['Émping', 'Bb coat', 'Aa shirt'],
      popularity: ['Émping', 'Aa shirt', 'Bb coat'],
      nameEn: ['Aa shirt', 'Bb coat', 'Émping'],
      nameId: ['Émping', 'Bb coat', 'Aa shirt'],
    }
    for (const [sort, order] of Object.entries(orders)) {
      expect(await titles({ sort }), sort).toEqual(order)
      expect(await titles({ sort: `-${sort}` }), `-${sort}`).toEqual(order.toReversed())
    }
    const inDollars = await list({ sort: 'price', currency: 'USD', facets: 'true', inStock: 'true' })
    expect(inDollars.items.map(({ price }) => price)).toMatchObject([
      { amount: 3, currency: 'USD' },
      { amount: 9, currency: 'USD' },
    ])
    expect(inDollars.total).toEqual({ value: 2, relation: 'eq' })
    expect((await list({ facets: 'true', inStock: 'true' })).facets?.stock).toEqual([
      { inStock: true, count: 2, selected: true },
      { inStock: false, count: 1, selected: false },
    ])
  })

  test('choosing a price bucket finds what it counts, also at its edges', async () => {
    const categoryId = await shop.category('lamps')
    for (const priceIdr of [0, 4_999_999, 5_000_000, 5_000_001, 9_999_999, 10_000_000, 10 ** 12])
      await shop.product({ title: `Lamp ${priceIdr}`, categoryId, priceIdr })
    const buckets = (await list({ facets: 'true' })).facets?.prices ?? []
    expect(buckets.map(({ count }) => count)).toEqual([2, 3, 1, 1])
    for (const bucket of buckets) {
      const maxPrice: Query = bucket.to === null ? {} : { maxPrice: String(bucket.to) }
      const ticked = await list({ minPrice: String(bucket.from), ...maxPrice, facets: 'true' })
      expect(ticked.total).toEqual({ value: bucket.count, relation: 'eq' })
      expect(ticked.facets?.prices.filter(({ selected }) => selected)).toEqual([
        { ...bucket, selected: true },
      ])
    }
  })

  test('a value with escaped commas is found, alone and among others', async () => {
    const categoryId = await shop.category('socks')
    for (const material of ['wool, cotton', 'wool', 'a\\,b'])
      await shop.product({ title: material, categoryId, priceIdr: 1, attributes: { material } })
    const escaped = (value: string) => `material=${value.replaceAll(',', '\\,')}`
    const [material] = (await list({ facets: 'true' })).facets?.attributes ?? []
    expect(material?.values).toHaveLength(3)
    for (const { value } of material?.values ?? [])
      expect(await titles({ attributes: escaped(value) })).toEqual([value])
    expect(await titles({ attributes: `material=wool,${escaped('wool, cotton')}` })).toHaveLength(2)
    expect((await ask('products', { attributes: 'material=wool, cotton' })).statusCode).toBe(400)
  })
})

describe('pages', () => {
  const paths = [
    { path: 'products', query: {} },
    { path: 'products/search', query: { q: 'thing' } },
  ]
  const cases = paths.flatMap(({ path, query }) => sorts.map((sort) => ({ path, query: { ...query, sort } })))
  const movers = 60

  /** A shop of 300 products, and a writer that never changes 240 of them. */
  async function busyShop() {
    const common = await shop.category('common')
    await stockManyProducts(catalog.deps.db, { products: 300, common, rare: common })
    await catalog.deps.searchIndex.refresh()
    const rows = await catalog.deps.db.select({ id: products.id }).from(products).orderBy(products.id)
    const moving = rows.filter((_, index) => index % 5 === 0).map(({ id }) => id)
    const still = rows.map(({ id }) => id).filter((id) => !moving.includes(id))
    expect(moving).toHaveLength(movers)
    let round = 0
    async function write() {
      round += 1
      const id = moving[round % movers] ?? ''
      const value = (round * 7919) % 50
      await catalog.deps.db.transaction(async (tx) => {
        if (round % 3 === 0) {
          const deletedAt = round % 2 === 0 ? new Date() : null
          await tx.update(products).set({ deletedAt }).where(eq(products.id, id))
          await rebuildProductSearch(tx, [id])
          return
        }
        await tx
          .update(products)
          .set({
            rating: value / 10,
            popularity: value,
            titleEn: `Thing ${value}`,
            titleId: `Barang ${value}`,
          })
          .where(eq(products.id, id))
        await tx.insert(skus).values({ productId: id, sku: `M-${round}`, stock: 1 })
        await tx.execute(sql`insert into prices (sku_id, price_list, amount)
          select id, 'retail-idr', ${value} from skus where sku = ${`M-${round}`}`)
        await rebuildProductSearch(tx, [id])
      })
      await shop.product({ title: `Thing ${value}`, categoryId: common, priceIdr: value, rating: value / 10 })
    }
    return { still, write }
  }

  test('every sort, while another client writes: each unchanged product is listed once', async () => {
    const { still, write } = await busyShop()
    const read = new AbortController()
    let writes = 0
    const writer = (async () => {
      while (!read.signal.aborted) {
        await write()
        writes += 1
      }
    })()
    try {
      for (const { path, query } of cases) {
        const pages = await allPages(path, { ...query, limit: '20' })
        const seen = pages
          .flatMap(({ items }) => items.map(({ id }) => id))
          .filter((id) => still.includes(id))
        expect(new Set(seen).size, `${path} ${query.sort}: repeated`).toBe(seen.length)
        expect(seen.length, `${path} ${query.sort}: missed`).toBe(still.length)
      }
    } finally {
      read.abort()
      await writer
    }
    expect(writes).toBeGreaterThan(cases.length)
  })

  test.each(cases)(
    '$path by $query.sort: the pages back are the pages forwards, reversed',
    async ({ path, query }) => {
      const common = await shop.category('common')
      await stockManyProducts(catalog.deps.db, { products: 50, common, rare: common })
      const pages = await allPages(path, { ...query, limit: '15' })
      expect(pages.map(({ items }) => items.length)).toEqual([15, 15, 15, 5])
      expect(pages[0]?.page.prev).toBeNull()
      let cursor = pages.at(-1)?.page.prev ?? null
      for (const expected of pages.slice(0, -1).toReversed()) {
        const page = await list({ ...query, limit: '15', cursor: cursor ?? '' }, path)
        expect(page.items).toEqual(expected.items)
        expect(page.page.next).toBe(expected.page.next)
        expect(page.page.prev).toBe(expected.page.prev)
        cursor = page.page.prev
      }
      expect(cursor).toBeNull()
    },
  )

  test('the Link header leads forwards and back, with all parameters', async () => {
    const common = await shop.category('common')
    await stockManyProducts(catalog.deps.db, { products: 6, common, rare: common })
    const query = { sort: 'price', limit: '2', minPrice: '1' }
    const first = await ask('products', query)
    const linked = (header: unknown, relation: string) =>
      new RegExp(`<([^>]*)>; rel="${relation}"`).exec(String(header))?.[1]
    const second = await catalog.app.inject(`/v1/products${linked(first.headers.link, 'next')}`)
    expect(second.json<Page>().items).toEqual(
      (await list({ ...query, cursor: first.json<Page>().page.next ?? '' })).items,
    )
    const back = await catalog.app.inject(`/v1/products${linked(second.headers.link, 'prev')}`)
    expect(back.json<Page>().items).toEqual(first.json<Page>().items)
  })

  test('a changed, foreign or expired cursor returns 400 invalid_cursor', async () => {
    const common = await shop.category('common')
    await stockManyProducts(catalog.deps.db, { products: 50, common, rare: common })
    const query = { sort: 'price', limit: '10' }
    const cursor = (await list(query)).page.next ?? ''
    const found = (await list({ q: 'thing', sort: 'price' }, 'products/search')).page.next ?? ''
    const middle = cursor.length / 2
    const changed = cursor.slice(0, middle) + (cursor[middle] === 'A' ? 'B' : 'A') + cursor.slice(middle + 1)
    const refused: [string, Query][] = [
      ['products', { ...query, cursor: changed }],
      ['products', { ...query, cursor: cursor.slice(0, -4) }],
      ['products', { ...query, cursor: '' }],
      ['products', { ...query, cursor: '!!' }],
      ['products', { ...query, cursor: found }],
      ['products', { ...query, sort: '-price', cursor }],
      ['products', { ...query, currency: 'USD', cursor }],
      ['products', { ...query, inStock: 'true', cursor }],
      ['products/search', { q: 'thing', sort: 'price', cursor }],
      ['products/search', { q: 'things', sort: 'price', cursor: found }],
      ['products/search', { q: 'thing', cursor: found }],
    ]
    for (const [path, refusedQuery] of refused)
      expect((await ask(path, refusedQuery)).json(), JSON.stringify(refusedQuery)).toMatchObject({
        status: 400,
        code: 'invalid_cursor',
      })
    expect((await ask('products', { ...query, cursor })).statusCode).toBe(200)
    backend.clock.advance(25 * 3_600_000)
    // The response above is cached for a second.
    await backend.redis.flush()
    expect((await ask('products', { ...query, cursor })).json()).toMatchObject({ code: 'invalid_cursor' })
  })

  test('by relevance: after a new count of the words, a cursor returns 400 or the order is unchanged', async () => {
    const common = await shop.category('common')
    await stockManyProducts(catalog.deps.db, { products: 300, common, rare: common })
    await catalog.deps.searchIndex.refresh()
    const query = { q: 'thing', limit: '50' }
    const before = await allPages('products/search', query)
    expect(before.flatMap(({ items }) => items)).toHaveLength(before[0]?.total.value ?? 0)
    const cursor = before[0]?.page.next ?? ''
    await shop.product({ title: 'Other', categoryId: common })
    await catalog.deps.searchIndex.refresh()
    await backend.redis.flush()
    const after = await list({ ...query, cursor }, 'products/search')
    expect(after.items).toEqual(before[1]?.items)

    await stockManyProducts(catalog.deps.db, { products: 300, common, rare: common })
    await catalog.deps.searchIndex.refresh()
    await backend.redis.flush()
    expect((await ask('products/search', { ...query, cursor })).json()).toMatchObject({
      status: 400,
      code: 'invalid_cursor',
    })
  })
})
