import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'
import { refreshProductOffers } from '../products/repository.ts'
import { cheapestOn, dearestOn, lastStep, stepOf, stepWord } from './price-steps.ts'

const { catalog, shop } = await useCatalog()
const { db } = catalog.deps
const dearest = Number.MAX_SAFE_INTEGER
let categoryId: string
beforeEach(async () => {
  categoryId = await shop.category('all')
})

async function found(query: Record<string, string | number>): Promise<string[]> {
  const asked: Record<string, string | number> = { q: 'lamp', sort: 'price', ...query }
  const entries = Object.entries(asked).map(([key, value]) => [key, String(value)])
  const response = await catalog.app.inject({
    url: '/v1/products/search',
    query: Object.fromEntries(entries),
    headers: { 'cache-control': 'no-cache' },
  })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<{ items: { title: { en: string } }[] }>().items.map(({ title }) => title.en)
}

async function stepsInIndex(id: string): Promise<string[]> {
  const { rows } = await db.execute<{ word: string }>(sql`
    select word from product_search, unnest(tsvector_to_array(search)) as word
    where product_id = ${id} and word ~ '^(idr|usd):'`)
  return rows.map(({ word }) => word)
}

test('PostgreSQL and this service agree on the step of every price', async () => {
  const amounts = Array.from({ length: lastStep }, (_, index) => index + 1).flatMap((step) => {
    expect([stepOf(cheapestOn(step)), stepOf(dearestOn(step))]).toEqual([step, step])
    return [cheapestOn(step), dearestOn(step)]
  })
  const { rows } = await db.execute<{ words: string[] }>(sql`
    select price_steps(amount, amount) as words from unnest(${sql.param(amounts)}::bigint[]) with ordinality as each(amount, place)
    order by place`)
  expect(rows.map(({ words }) => words)).toEqual(
    amounts.map((amount) => [stepWord('IDR', stepOf(amount)), stepWord('USD', stepOf(amount))]),
  )
})

test('a price range finds what costs so much, in both currencies: nothing, very much, and at both ends', async () => {
  const prices = { free: 0, one: 1, cheap: 1_023, next: 1_024, dearest }
  for (const [title, price] of Object.entries(prices))
    await shop.product({ title: `${title} lamp`, categoryId, priceIdr: price, priceUsd: price })
  const lamps = (...names: (keyof typeof prices)[]) => names.map((name) => `${name} lamp`)
  for (const currency of ['IDR', 'USD']) {
    const among = (minPrice: number, maxPrice: number) => found({ currency, minPrice, maxPrice })
    expect(await among(0, dearest)).toEqual(lamps('free', 'one', 'cheap', 'next', 'dearest'))
    expect(await among(0, 0)).toEqual(lamps('free'))
    expect(await among(1, 1_023)).toEqual(lamps('one', 'cheap'))
    expect(await among(1_023, 1_024)).toEqual(lamps('cheap', 'next'))
    expect(await among(1_024, 1_024)).toEqual(lamps('next'))
    expect(await among(dearest, dearest)).toEqual(lamps('dearest'))
    expect(await among(1_024, 1_023)).toEqual([])
    expect(await found({ currency, minPrice: 1_024 })).toEqual(lamps('next', 'dearest'))
    expect(await found({ currency, maxPrice: 1 })).toEqual(lamps('free', 'one'))
  }
})

test('a changed price is found where it is now, on its step or another; without a price nowhere', async () => {
  const id = await shop.product({ title: 'Lamp', categoryId, priceIdr: 1_500 })
  let asked = 0
  // A limit that was not asked before is not answered from the cache.
  const isAt = async (price: number) =>
    (await found({ minPrice: price, maxPrice: price, limit: 1 + (asked++ % 100) })).length === 1
  const change = async (price: number | null) => {
    await db.execute(sql`delete from prices using skus where sku_id = skus.id and product_id = ${id}`)
    if (price !== null)
      await db.execute(sql`
        insert into prices (sku_id, price_list, amount) select id, 'retail-idr', ${price} from skus where product_id = ${id}`)
    await refreshProductOffers(db, [id])
  }
  let before = 1_500
  for (const price of [1_501, 2_047, 2_048, 0, dearest, 7]) {
    await change(price)
    expect([await isAt(before), await isAt(price)], `from ${before} to ${price}`).toEqual([false, true])
    // A step that it has left would still be read, for nothing.
    expect(await stepsInIndex(id)).toEqual([stepWord('IDR', stepOf(price))])
    before = price
  }
  await change(null)
  expect(await isAt(before)).toBe(false)
  expect(await found({ limit: 100 })).toEqual([])
  await change(9)
  expect(await isAt(9)).toBe(true)
})
