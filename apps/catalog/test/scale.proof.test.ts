import { withTransaction } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { productList, readSorted } from '../src/features/listing/repository.ts'
import { createListingService } from '../src/features/listing/service.ts'
import { positionKey, type SortedRow } from '../src/features/listing/sort-position.ts'
import { refreshProductOffers } from '../src/features/products/repository.ts'
import {
  asRole,
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from './catalog-service.ts'
import { createShop } from './shop.ts'

// Properties that need many products. The rows are inserted directly, because the text functions would take a minute.
const scale = 30_000
const rareEvery = 3_000

let backend: CatalogBackend
let catalog: CatalogInstance
let brand: { common: string; rare: string }
beforeAll(async () => {
  backend = await createCatalogBackend()
  catalog = await startCatalog(backend)
  const { db } = catalog.deps
  const shop = createShop(db)
  const categoryId = await shop.category('all')
  brand = { common: await shop.brand('Common'), rare: await shop.brand('Rare') }
  await db.execute(sql`
    insert into products (brand_id, category_id, title_en, title_id, popularity, created_at, updated_at)
    select case when number % ${rareEvery} = 0 then ${brand.rare}::uuid else ${brand.common}::uuid end, ${categoryId},
      'Red shirt ' || number, 'Kemeja merah ' || number, number, now(), now()
    from generate_series(1, ${scale}::integer) as number`)
  await db.execute(sql`
    insert into product_search (product_id, category_id, brand_id, created_at, rating, popularity, sample,
      title_length, price_idr, in_stock, attribute_terms, name_en, name_id, search)
    select id, category_id, brand_id, created_at, -1, popularity, (popularity * 37 % 257) & 255, 3, popularity,
      popularity % 30 <> 0, array['color=' || case when popularity % 4 = 0 then 'red' else 'blue' end], title_en, title_id,
      to_tsvector('simple', title_en || ' ' || title_id) || array_to_tsvector(price_steps(popularity, null))
    from products`)
  await db.execute(sql`
    insert into product_prices (product_id, currency, amount)
    select product_id, 'IDR', price_idr from product_search`)
  await catalog.deps.searchIndex.refresh()
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

interface Page {
  items: { id: string; title: { en: string }; price: { amount: number } | null }[]
  page: { next: string | null; prev: string | null }
  total: { value: number; relation: string }
  facets?: { approximate: boolean; attributes: { values: { value: string; count: number }[] }[] }
}
async function search(query: Record<string, string>): Promise<Page> {
  const response = await catalog.app.inject({ url: '/v1/products/search', query })
  expect(response.statusCode, response.body).toBe(200)
  return response.json()
}
async function explain(query: Record<string, string>) {
  const headers = await asRole(backend, 'admin')
  const response = await catalog.app.inject({ url: '/v1/products/search/explain', query, headers })
  const { strategy, statements } = response.json<{
    strategy: { branches: { index: string }[] }
    statements: { sql: string; plan: object; buffers: number }[]
  }>()
  const ranking = statements.find(({ sql }) => sql.includes('order by coverage'))
  return { strategy, statements, plan: JSON.stringify(ranking?.plan), buffers: ranking?.buffers }
}

test('tiers contain the most popular 1 % and 10 %, and follow the popularity', async () => {
  const sizes = async () => {
    const { rows } = await catalog.deps.db.execute<{ tier: number; products: number }>(
      sql`select tier, count(*)::integer as products from product_search group by tier order by tier`,
    )
    return rows.map(({ products }) => products)
  }
  expect(await sizes()).toEqual([scale / 100, (scale * 9) / 100, (scale * 9) / 10])
  await catalog.deps.db.execute(
    sql`update product_search set popularity = 1000000 where name_en = 'Red shirt 1'`,
  )
  await catalog.deps.searchIndex.refresh()
  const { rows } = await catalog.deps.db.execute(
    sql`select tier from product_search where name_en = 'Red shirt 1'`,
  )
  expect(rows).toEqual([{ tier: 0 }])
  expect(await sizes()).toEqual([scale / 100, (scale * 9) / 100, (scale * 9) / 10])
})

test('a word that every product has is searched among the popular ones, and the best are found', async () => {
  const { strategy, plan, buffers } = await explain({ q: 'merah' })
  expect(strategy.branches.map(({ index }) => index)).toEqual(['product_search_text_tier_0'])
  expect(plan).toContain('product_search_text_tier_0')
  expect(buffers).toBeLessThan(scale / 50)
  const { items } = await search({ q: 'merah', limit: '3' })
  expect(items.map(({ title }) => title.en)).toEqual(['Red shirt 1', 'Red shirt 30000', 'Red shirt 29999'])
})

test('a filter that popular products do not pass does not reduce what is found', async () => {
  const { items, total } = await search({ q: 'merah', brand: brand.rare, limit: '100' })
  expect(items).toHaveLength(scale / rareEvery)
  expect(total.value).toBeGreaterThanOrEqual(items.length)
  const both = await search({ q: 'merah zzzzzz', brand: brand.rare, limit: '100' })
  expect(both.items).toHaveLength(scale / rareEvery)
})

test('with too few matches in tier 0, tier 1 is searched before all products', async () => {
  const { strategy } = await explain({ q: 'merah zzzzzz', attributes: 'color=red' })
  expect(strategy.branches.at(-1)?.index).toBe('product_search_text_tier_1')
})

test('a narrow price range of a word that every product has uses the index of prices', async () => {
  const query = { q: 'merah', minPrice: '1001', maxPrice: '1050' }
  const { items, total } = await search({ ...query, limit: '100' })
  expect(items).toHaveLength(50)
  expect(total).toEqual({ value: 50, relation: 'eq' })
  expect((await search({ ...query, sort: 'price', facets: 'true', limit: '1' })).total.value).toBe(50)
  expect((await explain(query)).buffers).toBeLessThan(scale / 50)
})

test('many matches are counted in a sample, within a tenth, and marked as an estimate', async () => {
  const { total, facets } = await search({ q: 'shirt', facets: 'true' })
  expect(total.relation).toBe('estimate')
  expect(Math.abs(total.value / scale - 1)).toBeLessThan(0.1)
  expect(facets?.approximate).toBe(true)
  const colors = new Map(facets?.attributes[0]?.values.map(({ value, count }) => [value, count]))
  expect(Math.abs((colors.get('red') ?? 0) / (scale / 4) - 1)).toBeLessThan(0.2)
  expect(Math.abs((colors.get('blue') ?? 0) / ((scale * 3) / 4) - 1)).toBeLessThan(0.1)
})

test('the vocabulary gives the total of one word without filters and exclusions', async () => {
  expect((await search({ q: 'shirt' })).total).toEqual({ value: scale, relation: 'estimate' })
  const { statements } = await explain({ q: 'shirt' })
  expect(statements.filter(({ sql }) => /as matched/.test(sql))).toEqual([])
  for (const more of [{ q: 'shirt -merah' }, { q: 'shirt', brand: brand.rare }]) {
    expect((await search(more)).total.value).toBeLessThan(scale / 2)
  }
})

test('no index covers stock, so few matches among many are estimated', async () => {
  const { total } = await search({ q: 'shirt', inStock: 'false' })
  expect(total.relation).toBe('estimate')
  expect(Math.abs(total.value / (scale / 30) - 1)).toBeLessThan(0.3)
})

test('common words that are rarely together are counted exactly', async () => {
  const { total, facets } = await search({ q: '"shirt 29999"', facets: 'true' })
  expect(total).toEqual({ value: 1, relation: 'eq' })
  expect(facets?.approximate).toBe(false)
})

test('by price: pages of many matches are read from one price range after the other, forwards and back', async () => {
  for (const [sort, expected] of [
    ['price', (row: number) => row + 1],
    ['-price', (row: number) => scale - row],
  ] as const) {
    const first = await search({ q: 'shirt', sort, limit: '100' })
    expect(first.total.relation).toBe('estimate')
    const pages = [first]
    for (let page = 1; page < 4; page += 1)
      pages.push(await search({ q: 'shirt', sort, limit: '100', cursor: pages.at(-1)?.page.next ?? '' }))
    const amounts = pages.flatMap(({ items }) => items.map(({ price }) => price?.amount))
    expect(amounts).toEqual(amounts.map((_, row) => expected(row)))
    const back = await search({ q: 'shirt', sort, limit: '100', cursor: pages.at(-1)?.page.prev ?? '' })
    expect(back.items).toEqual(pages.at(-2)?.items)
  }
})

test('by price: when all matches are expensive, the cheaper ranges are gathered', async () => {
  const { db, listing } = { ...catalog.deps, listing: createListingService(catalog.deps) }
  const dear = productList({ currency: 'IDR' }, 'price', sql`search @@ 'shirt' and price_idr > 16800`)
  const ranges = await listing.cutByPrice(dear, 24)
  expect(ranges.map(({ to, reading }) => [to, reading]).slice(0, 2)).toEqual([
    [2 ** 14 - 1, 'gather'],
    [2 ** 15 - 1, 'walk'],
  ])
  expect(await listing.read(dear, ranges, { limit: 50 })).toEqual(
    await readSorted(db, dear, 'gather', { limit: 50 }),
  )
})

test('by other orders: pages of many matches equal those of the whole list, forwards and back', async () => {
  for (const sort of ['nameEn', '-created', 'rating'] as const) {
    const whole = await readSorted(
      catalog.deps.db,
      productList({ currency: 'IDR' }, sort, sql`search @@ 'shirt'`),
      'gather',
      { limit: 300 },
    )
    const first = await search({ q: 'shirt', sort, limit: '100' })
    expect(first.total.relation).toBe('estimate')
    const second = await search({ q: 'shirt', sort, limit: '100', cursor: first.page.next ?? '' })
    const third = await search({ q: 'shirt', sort, limit: '100', cursor: second.page.next ?? '' })
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids).toEqual(whole.map(({ id }) => id))
    const back = await search({ q: 'shirt', sort, limit: '100', cursor: third.page.prev ?? '' })
    expect(back.items).toEqual(second.items)
  }
})

test.each(['price', '-price'] as const)(
  'by %s, while prices change: each unchanged product appears once',
  async (sort) => {
    const { db } = catalog.deps
    const listing = createListingService(catalog.deps)
    const { rows: moving } = await db.execute<{ id: string }>(sql`
      insert into skus (product_id, sku)
      select product_id, 'M-' || product_id from product_search where popularity % 100 = 50
      on conflict do nothing returning product_id as id`)
    const movers =
      moving.length > 0
        ? moving
        : (await db.execute<{ id: string }>(sql`select product_id as id from skus`)).rows
    let changes = 0
    const change = () =>
      withTransaction(db, async (tx) => {
        changes += 1
        const id = movers[changes % movers.length]?.id ?? ''
        await tx.execute(sql`
          insert into prices (sku_id, price_list, amount)
          select id, 'retail-idr', ${(changes * 7_919) % scale} from skus where product_id = ${id}
          on conflict (sku_id, price_list) do update set amount = excluded.amount`)
        await refreshProductOffers(tx, [id])
      })
    const list = productList({ currency: 'IDR' }, sort, sql`search @@ 'shirt'`)
    const still = new Set((await listing.read(list, 'gather', { limit: scale + 1 })).map(({ id }) => id))
    for (const { id } of movers) still.delete(id)
    const seen: string[] = []
    for (let last: SortedRow | undefined, isFirst = true; last || isFirst; isFirst = false) {
      const ranges = await listing.cutByPrice(list, 24)
      const page = listing.read(list, ranges, { limit: 1_000, ...(last && { after: positionKey(last) }) })
      for (let round = 0; round < 10; round += 1) await change()
      last = (await page).at(-1)
      seen.push(...(await page).map(({ id }) => id).filter((id) => still.has(id)))
    }
    expect(changes).toBeGreaterThan(movers.length)
    expect(new Set(seen).size, 'repeated').toBe(seen.length)
    expect(seen.length, 'missed').toBe(still.size)
  },
)
