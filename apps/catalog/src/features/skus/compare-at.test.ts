import { expect, test } from 'vitest'
import { useProductWriter } from '../../../test/product-writer.ts'
import type { Product } from '../products/schemas.ts'

const { catalog, ask, create, created, count } = await useProductWriter()
const idr = (amount: number, compareAtAmount?: number | null) => ({
  amount,
  currency: 'IDR',
  priceList: 'retail-idr',
  ...(compareAtAmount !== undefined && { compareAtAmount }),
})
const put = (sku: string, product: Product, ...prices: object[]) =>
  ask('PUT', `/products/${product.id}/skus/${sku}`, { prices })
async function listed(): Promise<unknown> {
  const [list, search] = [await ask('GET', '/products'), await ask('GET', '/products/search?q=shirt')]
  expect(search.json().items[0]?.price).toEqual(list.json().items[0]?.price)
  return list.json().items[0]?.price
}

test('products, lists and searches show the struck-through price of the cheapest SKU', async () => {
  const skus = [
    { sku: 'A', prices: [idr(300, 900)] },
    { sku: 'B', prices: [idr(200, 250)] },
  ]
  const product = await created({ skus })
  expect(product.skus.map(({ prices }) => prices)).toEqual([[idr(300, 900)], [idr(200, 250)]])
  expect(await listed()).toEqual({ amount: 200, currency: 'IDR', compareAtAmount: 250 })
  await put('B', product, idr(200))
  expect(await listed()).toEqual({ amount: 200, currency: 'IDR', compareAtAmount: null })
  await put('B', product, idr(400))
  expect(await listed()).toEqual({ amount: 300, currency: 'IDR', compareAtAmount: 900 })
})

test('a price that rises to the struck-through one by an import is shown alone', async () => {
  const product = await created({ skus: [{ sku: 'A', prices: [idr(300, 900)] }] })
  await catalog.deps.pool.query('update prices set amount = 900')
  await catalog.deps.pool.query('select refresh_product_offers(array[$1::uuid])', [product.id])
  expect((await ask('GET', `/products/${product.id}`)).json()).toMatchObject({
    skus: [{ prices: [idr(900, null)] }],
  })
  expect(await listed()).toEqual({ amount: 900, currency: 'IDR', compareAtAmount: null })
  // A patch of another field accepts what is stored.
  const patched = await ask('PATCH', `/products/${product.id}/skus/A`, { stock: 1 })
  expect(patched.statusCode, patched.body).toBe(200)
})

test.each([[100], [99], [0], [-1], [100.5], ['200'], [2 ** 53]])(
  'a price of 100 with %j struck through is 400',
  async (compareAt) => {
    const prices = [{ ...idr(100), compareAtAmount: compareAt }]
    const response = await create({ skus: [{ sku: 'A', prices }] })
    expect(response.json()).toMatchObject({ status: 400, code: 'validation_failed' })
    expect(await count('products')).toBe(0)
  },
)
