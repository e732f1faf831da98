import { expect, test } from 'vitest'
import { useProductWriter } from '../../../test/product-writer.ts'
import type { Product } from '../products/schemas.ts'

const { ask, create, created, imported, count } = await useProductWriter()
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

const importPrice = (amount: number) => imported({ sku: 'A', prices: { 'retail-idr': amount } })

test('an import that raises a price to its struck-through one clears that, and a lower price does not bring it back', async () => {
  const product = await created({ skus: [{ sku: 'A', prices: [idr(300, 900)] }] })
  const prices = async () =>
    (await ask('GET', `/products/${product.id}`)).json<Product>().skus.map((sku) => sku.prices)
  await importPrice(899)
  expect(await prices()).toEqual([[idr(899, 900)]])
  expect(await listed()).toEqual({ amount: 899, currency: 'IDR', compareAtAmount: 900 })
  await importPrice(900)
  expect(await prices()).toEqual([[idr(900, null)]])
  expect(await listed()).toEqual({ amount: 900, currency: 'IDR', compareAtAmount: null })
  await importPrice(300)
  expect(await prices()).toEqual([[idr(300, null)]])
})

test('a patch replaces both amounts: without a struck-through price there is none, and a lower one is 400', async () => {
  const product = await created({ skus: [{ sku: 'A', prices: [idr(300, 900)] }] })
  const patch = (...prices: object[]) => ask('PATCH', `/products/${product.id}/skus/A`, { prices })
  expect((await patch(idr(1_000, 900))).json()).toMatchObject({ status: 400, code: 'validation_failed' })
  expect(await listed()).toEqual({ amount: 300, currency: 'IDR', compareAtAmount: 900 })
  expect((await patch(idr(1_000))).statusCode).toBe(200)
  expect(await listed()).toEqual({ amount: 1_000, currency: 'IDR', compareAtAmount: null })
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
