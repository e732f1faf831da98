import { beforeEach, expect, test } from 'vitest'
import { publishedEvents, sendAtOnce } from '../../../test/editor.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import type { Product } from '../products/schemas.ts'

const { catalog, shop, ask } = await useCatalog()
/** A product with the SKU KMJ-204, five in stock. */
let id: string
beforeEach(async () => {
  const categoryId = await shop.category('fashion')
  id = await shop.product({ title: 'Kemeja katun', categoryId, sku: 'KMJ-204', stock: 5 })
})

const changeStock = (delta: unknown, headers: Record<string, string> = {}, sku = 'KMJ-204') =>
  ask('POST', `/products/${id}/skus/${sku}/stock`, { delta }, headers)
const stock = async () => (await ask('GET', `/products/${id}`)).json<Product>().skus[0]?.stock

test('of a hundred buyers at once, fifty get the fifty units', async () => {
  await changeStock(45)
  /** On a busy machine a buyer may wait too long for the lock. The response is 503, and asks to try again. */
  const buy = async (): ReturnType<typeof ask> => {
    const response = await changeStock(-1)
    return response.statusCode === 503 ? buy() : response
  }
  const responses = await Promise.all(Array.from({ length: 100 }, buy))
  const statuses = responses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)
  expect(statuses).toEqual([...Array(50).fill(200), ...Array(50).fill(409)])
  expect(await stock()).toBe(0)
  expect(await publishedEvents(catalog)).toEqual(Array(51).fill('stock_changed'))
})

test('a change of stock with an Idempotency-Key counts once, however often it is sent', async () => {
  const key = { 'idempotency-key': 'order-1' }
  const responses = await sendAtOnce(Array.from({ length: 10 }, () => () => changeStock(-2, key)))
  const done = responses.filter(({ statusCode }) => statusCode === 200)
  expect(new Set(done.map(({ body }) => body)).size).toBe(1)
  // Those that have waited two seconds for the first one.
  for (const response of responses.filter(({ statusCode }) => statusCode !== 200))
    expect(response.json()).toMatchObject({ code: 'idempotency_key_running' })
  expect(done.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1)
  const again = await changeStock(-2, key)
  expect([again.body, again.headers['idempotent-replayed']]).toEqual([done[0]?.body, 'true'])
  expect(await stock()).toBe(3)
  expect(await publishedEvents(catalog)).toEqual(['stock_changed'])
  // Another SKU with the same key is another request.
  await ask('POST', `/products/${id}/skus`, { sku: 'KMJ-205', stock: 9 })
  expect((await changeStock(-2, key, 'KMJ-205')).json()).toMatchObject({ code: 'idempotency_key_reused' })
})

test('a change of stock that failed has not used its Idempotency-Key', async () => {
  const key = { 'idempotency-key': 'order-1' }
  expect((await changeStock(-6, key)).json()).toMatchObject({ status: 409, code: 'stock_out_of_range' })
  await changeStock(1)
  expect((await changeStock(-6, key)).statusCode).toBe(200)
  expect(await stock()).toBe(0)
  expect((await ask('GET', '/products?inStock=true')).json()).toMatchObject({ items: [] })
})

test('a change of stock stops at the largest stock', async () => {
  expect((await changeStock(1_000_000_000)).json()).toMatchObject({ code: 'stock_out_of_range' })
  expect((await changeStock(1_000_000_000 - 5)).statusCode).toBe(200)
  expect(await stock()).toBe(1_000_000_000)
})

test.each([[0], [0.5], ['-1'], [null], [1e10], [-1e300]])('a change of stock of %j is 400', async (delta) => {
  expect((await changeStock(delta)).json()).toMatchObject({ status: 400, code: 'validation_failed' })
  expect(await stock()).toBe(5)
})
