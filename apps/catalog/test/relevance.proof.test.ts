import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoProduct } from '../demo-shop/generate.ts'
import { guardQueries } from '../demo-shop/guard-queries.ts'
import { type JudgedQuery, ndcg } from '../demo-shop/judged-queries.ts'
import { writeDemoShop } from '../demo-shop/write.ts'
import {
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from './catalog-service.ts'

// The whole shop would take a minute, with the same result.
const shopSize = 2_000

let backend: CatalogBackend
let catalog: CatalogInstance
beforeAll(async () => {
  backend = await createCatalogBackend()
  catalog = await startCatalog(backend)
  await writeDemoShop(catalog.deps.db, shopSize, () => {})
  await catalog.deps.searchIndex.refresh()
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

/** A SKU ends with the product's number in the shop. */
const indexOf = (sku: string) => Number(sku.slice(sku.lastIndexOf('-') + 1))

async function search(query: string): Promise<number[]> {
  const response = await catalog.app.inject({ url: '/v1/products/search', query: { q: query, limit: '10' } })
  const ids = response.json<{ items: { id: string }[] }>().items.map(({ id }) => id)
  const { rows } = await catalog.deps.db.execute<{ id: string; sku: string }>(
    sql`select product_id as id, sku from skus where product_id = any(${sql.param(ids)}::uuid[])`,
  )
  const skus = new Map(rows.map(({ id, sku }) => [id, sku]))
  return ids.map((id) => indexOf(skus.get(id) ?? ''))
}

async function total(query: string): Promise<object> {
  const response = await catalog.app.inject({ url: '/v1/products/search', query: { q: query } })
  return response.json<{ total: object }>().total
}

/** What most kits do: one language, every word, ts_rank. */
async function plainFullText(query: string): Promise<number[]> {
  const { rows } = await catalog.deps.db.execute<{ sku: string }>(sql`
    select sku from products join skus on skus.product_id = products.id,
      to_tsvector('english', title_en || ' ' || title_id || ' ' || description_en || ' ' || description_id) as text,
      plainto_tsquery('english', ${query}) as query
    where text @@ query order by ts_rank(text, query) desc, products.id limit 10`)
  return rows.map(({ sku }) => indexOf(sku))
}

async function meanNdcg(queryOf: (judged: JudgedQuery) => string | undefined, find: typeof search) {
  const scores: number[] = []
  for (const judged of guardQueries) {
    const query = queryOf(judged)
    if (query !== undefined) scores.push(ndcg(judged, await find(query), shopSize))
  }
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}

test('nDCG@10 is at least 1.1 times that of plain full text, and a typo costs a tenth at most', async () => {
  const clean = await meanNdcg(({ query }) => query, search)
  const typo = await meanNdcg(({ typo }) => typo, search)
  const plain = await meanNdcg(({ query }) => query, plainFullText)
  console.log(
    `nDCG@10: clean ${clean.toFixed(3)}, typo ${typo.toFixed(3)}, plain full text ${plain.toFixed(3)}`,
  )
  expect(clean / plain).toBeGreaterThanOrEqual(1.1)
  expect(typo / clean).toBeGreaterThanOrEqual(0.9)
})

test('a search for a SKU or GTIN in any written form has its product first', async () => {
  for (let index = 0; index < shopSize; index += 97) {
    const { sku, gtin } = demoProduct(index)
    for (const written of [
      sku,
      sku.toLowerCase().replaceAll('-', ' '),
      sku.replaceAll('-', ''),
      gtin,
      `0${gtin}`,
    ]) {
      expect((await search(written))[0], written).toBe(index)
    }
  }
})

test('a search for a model number that is a name, in any written form, has its product first', async () => {
  const oil = Array.from({ length: shopSize }, (_, index) => index).find(
    (index) => demoProduct(index).model === 'WD-40',
  )
  for (const written of ['WD-40', 'wd40', 'wd 40', 'WD - 40'])
    expect((await search(written))[0], written).toBe(oil)
})

test('a number and its unit find the same products with and without a space', async () => {
  for (const [apart, together] of [
    ['16 GB', '16GB'],
    ['laptop 16 gb', 'laptop 16gb'],
    ['sampo 250 ml', 'sampo 250ml'],
  ] as const) {
    const totals = await Promise.all([apart, together].map(total))
    expect(totals[0], apart).toEqual(totals[1])
    expect(await search(apart), apart).toEqual(await search(together))
  }
})
