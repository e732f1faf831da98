import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
      title_length, offers, attribute_terms, name_en, name_id, search)
    select id, category_id, brand_id, created_at, -1, popularity, (popularity * 37 % 257) & 15, 3,
      array[row(null, popularity % 30 <> 0, jsonb_build_object('IDR', popularity), terms)::offer], terms, title_en,
      title_id, to_tsvector('simple', title_en || ' ' || title_id)
    from products, lateral (
      select array['color=' || case when popularity % 4 = 0 then 'red' else 'blue' end] as terms
    ) as attribute`)
  await db.execute(sql`
    insert into product_prices (product_id, currency, amount)
    select product_id, 'IDR', popularity from product_search`)
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
  const { plan, statements } = response.json<{
    plan: { segments: { match: string; tier?: number | string }[] }
    statements: { sql: string; plan: object; buffers: number }[]
  }>()
  const [ranking] = statements.filter(({ sql }) => sql.includes('order by coverage'))
  return { segments: plan.segments, ranking: JSON.stringify(ranking?.plan), buffers: ranking?.buffers }
}
const titles = ({ items }: Page) => items.map(({ title }) => title.en)

async function tierSizes(): Promise<number[]> {
  const { rows } = await catalog.deps.db.execute<{ products: number }>(
    sql`select count(*)::integer as products from product_search group by tier order by tier`,
  )
  return rows.map(({ products }) => products)
}

test('tiers contain the most popular 1 % and 10 %, and follow the popularity', async () => {
  expect(await tierSizes()).toEqual([scale / 100, (scale * 9) / 100, (scale * 9) / 10])
  await catalog.deps.db.execute(
    sql`update product_search set popularity = 1000000 where name_en = 'Red shirt 1'`,
  )
  await catalog.deps.searchIndex.refresh()
  const { rows } = await catalog.deps.db.execute(
    sql`select tier from product_search where name_en = 'Red shirt 1'`,
  )
  expect(rows).toEqual([{ tier: 0 }])
  expect(await tierSizes()).toEqual([scale / 100, (scale * 9) / 100, (scale * 9) / 10])
})

test('a word that every product has is ranked among the popular ones first', async () => {
  const { segments, ranking, buffers } = await explain({ q: 'merah', limit: '3' })
  expect(segments).toMatchObject([{ tier: 'popular' }, { tier: 2 }])
  expect(ranking).toContain('product_search_text_tier_1')
  expect(buffers).toBeLessThan(scale / 50)
  expect(titles(await search({ q: 'merah', limit: '3' }))).toEqual([
    'Red shirt 1',
    'Red shirt 30000',
    'Red shirt 29999',
  ])
})

test('a ranked list goes on from the popular products to the others, on and back, each product once', async () => {
  const query = { q: 'merah', limit: '100' }
  /** The popular products are a tenth of all. */
  const popularPages = scale / 10 / 100
  const pages = [await search(query)]
  for (
    let next = pages[0]?.page.next ?? null;
    next !== null && pages.length < popularPages + 2;
    next = pages.at(-1)?.page.next ?? null
  )
    pages.push(await search({ ...query, cursor: next }))
  const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
  expect(new Set(ids).size).toBe((popularPages + 2) * 100)
  const firstOfTheOthers = pages[popularPages]
  const back = await search({ ...query, cursor: firstOfTheOthers?.page.prev ?? '' })
  expect(titles(back)).toEqual(titles(pages[popularPages - 1] ?? { ...back, items: [] }))
})

test('a filter that popular products do not pass does not reduce what is found', async () => {
  const { items, total } = await search({ q: 'merah', brand: brand.rare, limit: '100' })
  expect(items).toHaveLength(scale / rareEvery)
  expect(total).toEqual({ value: items.length, relation: 'eq' })
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

test('few matches are counted exactly: of a filter, and of words that are rarely together', async () => {
  const { total } = await search({ q: 'shirt', inStock: 'false' })
  expect(total).toEqual({ value: scale / 30, relation: 'eq' })
  const phrase = await search({ q: '"shirt 29999"', facets: 'true' })
  expect(phrase.total).toEqual({ value: 1, relation: 'eq' })
  expect(phrase.facets?.approximate).toBe(false)
})

test.each([
  ['price', (row: number) => row + 1],
  ['-price', (row: number) => scale - row],
] as const)('by %s: pages of many matches are in exact order, on and back', async (sort, expected) => {
  const pages = [await search({ q: 'shirt', sort, limit: '100' })]
  for (let page = 1; page < 4; page += 1)
    pages.push(await search({ q: 'shirt', sort, limit: '100', cursor: pages.at(-1)?.page.next ?? '' }))
  const amounts = pages.flatMap(({ items }) => items.map(({ price }) => price?.amount))
  expect(amounts).toEqual(amounts.map((_, row) => expected(row)))
  const back = await search({ q: 'shirt', sort, limit: '100', cursor: pages.at(-1)?.page.prev ?? '' })
  expect(back.items).toEqual(pages.at(-2)?.items)
})

test('without popularity there are no tiers, and everything is ranked', async () => {
  await catalog.deps.db.execute(sql`update product_search set popularity = 0`)
  await catalog.deps.searchIndex.refresh()
  expect(await tierSizes()).toEqual([scale])
  expect((await search({ q: 'merah', limit: '100' })).items).toHaveLength(100)
})
