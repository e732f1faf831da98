import { sql } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'
import { refreshProductOffers } from '../products/repository.ts'

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

test('a price range includes both ends, in both currencies: nothing, the highest price, one price', async () => {
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

test('a changed price is found where it is now, and a product without a price nowhere', async () => {
  const id = await shop.product({ title: 'Lamp', categoryId, priceIdr: 1_500 })
  let asked = 0
  // Another limit each time, because the cache would answer the same query.
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
    before = price
  }
  await change(null)
  expect(await isAt(before)).toBe(false)
  expect(await found({ limit: 100 })).toEqual([])
  await change(9)
  expect(await isAt(9)).toBe(true)
})
