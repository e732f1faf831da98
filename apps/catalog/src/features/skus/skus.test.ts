import type { ResponseCase } from '@fondasi/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { publishedEvents, sendAtOnce } from '../../../test/editor.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import type { Product } from '../products/schemas.ts'

const { backend, catalog, shop, ask } = await useCatalog()
/** A product with the SKU KMJ-204, five in stock, for Rp100,000. */
let id: string
beforeEach(async () => {
  const categoryId = await shop.category('fashion')
  id = await shop.product({ title: 'Kemeja katun', categoryId, sku: 'KMJ-204', stock: 5 })
})

const unknownId = '01936f0e-8a3c-7cc2-9d1e-000000000000'
const idr = (amount: number) => ({ amount, currency: 'IDR', priceList: 'retail-idr' })
const usd = (amount: number) => ({ amount, currency: 'USD', priceList: 'retail-usd' })
const add = (sku: object, headers: Record<string, string> = {}) =>
  ask('POST', `/products/${id}/skus`, sku, headers)
const put = (sku: string, fields: object | string, headers: Record<string, string> = {}) =>
  ask('PUT', `/products/${id}/skus/${sku}`, fields, headers)
const patch = (sku: string, fields: object | string, headers: Record<string, string> = {}) =>
  ask('PATCH', `/products/${id}/skus/${sku}`, fields, headers)
const changeStock = (delta: unknown, headers: Record<string, string> = {}, sku = 'KMJ-204') =>
  ask('POST', `/products/${id}/skus/${sku}/stock`, { delta }, headers)
async function isFound(q: string, filters = ''): Promise<boolean> {
  const response = await catalog.app.inject(`/v1/products/search?q=${encodeURIComponent(q)}${filters}`)
  expect(response.statusCode, response.body).toBe(200)
  return response.json<{ items: unknown[] }>().items.length === 1
}

describe('every documented response', () => {
  const stale = { 'if-match': '"7"' }
  const form = { 'content-type': 'text/csv' }
  const viewer = () => asRole(backend, 'viewer')
  const huge = { options: { a: 'x'.repeat(2_000_000) } }
  const list = { prices: [{ ...idr(1), priceList: 'wholesale' }] }
  const remove = (sku: string, headers: Record<string, string> = {}) =>
    ask('DELETE', `/products/${id}/skus/${sku}`, undefined, headers)
  /** Sends a request for a code that two SKUs have. */
  const ambiguous = async (send: (sku: string) => ReturnType<typeof ask>) => {
    const twins = `insert into skus (product_id, sku) values ($1, 'A-1-2'), ($1, 'A-12')`
    await catalog.deps.pool.query(twins, [id])
    return send('a12')
  }
  /** The events before the request. */
  let before: string[]
  beforeEach(() => {
    before = []
  })
  const cases: ResponseCase[] = [
    ['GET /v1/products/by-sku/{sku} 200', () => ask('GET', '/products/by-sku/kmj%20204')],
    [
      'GET /v1/products/by-sku/{sku} 304',
      () => ask('GET', '/products/by-sku/kmj%20204', undefined, { 'if-none-match': '*' }),
    ],
    ['GET /v1/products/by-sku/{sku} 400 validation_failed', () => ask('GET', '/products/by-sku/a%00')],
    ['GET /v1/products/by-sku/{sku} 404 sku_not_found', () => ask('GET', '/products/by-sku/kmj%20205')],
    [
      'GET /v1/products/by-sku/{sku} 409 sku_ambiguous',
      () => ambiguous((sku) => ask('GET', `/products/by-sku/${sku}`)),
    ],
    ['PUT /v1/products/{id}/skus/{sku} 409 sku_ambiguous', () => ambiguous((sku) => put(sku, {}))],
    ['PATCH /v1/products/{id}/skus/{sku} 409 sku_ambiguous', () => ambiguous((sku) => patch(sku, {}))],
    ['DELETE /v1/products/{id}/skus/{sku} 409 sku_ambiguous', () => ambiguous((sku) => remove(sku))],
    ['POST /v1/products/{id}/skus 201', () => add({ sku: 'A-1' })],
    ['POST /v1/products/{id}/skus 400 validation_failed', () => add({ sku: '' })],
    ['POST /v1/products/{id}/skus 401 missing_token', () => add({ sku: 'A-1' }, { authorization: '' })],
    ['POST /v1/products/{id}/skus 403 insufficient_scope', async () => add({ sku: 'A-1' }, await viewer())],
    [
      'POST /v1/products/{id}/skus 404 product_not_found',
      () => ask('POST', `/products/${unknownId}/skus`, { sku: 'A-1' }),
    ],
    ['POST /v1/products/{id}/skus 409 sku_exists', () => add({ sku: 'KMJ-204' })],
    ['POST /v1/products/{id}/skus 412 precondition_failed', () => add({ sku: 'A-1' }, stale)],
    ['POST /v1/products/{id}/skus 413 payload_too_large', () => add(huge)],
    [
      'POST /v1/products/{id}/skus 415 unsupported_media_type',
      () => ask('POST', `/products/${id}/skus`, 'a', form),
    ],
    ['POST /v1/products/{id}/skus 422 unknown_reference', () => add({ sku: 'A-1', ...list })],
    ['PUT /v1/products/{id}/skus/{sku} 200', () => put('KMJ-204', {})],
    ['PUT /v1/products/{id}/skus/{sku} 400 validation_failed', () => put('KMJ-204', { sku: 'A-1' })],
    ['PUT /v1/products/{id}/skus/{sku} 401 missing_token', () => put('KMJ-204', {}, { authorization: '' })],
    [
      'PUT /v1/products/{id}/skus/{sku} 403 insufficient_scope',
      async () => put('KMJ-204', {}, await viewer()),
    ],
    ['PUT /v1/products/{id}/skus/{sku} 404 sku_not_found', () => put('A-1', {})],
    ['PUT /v1/products/{id}/skus/{sku} 412 precondition_failed', () => put('KMJ-204', {}, stale)],
    ['PUT /v1/products/{id}/skus/{sku} 413 payload_too_large', () => put('KMJ-204', huge)],
    ['PUT /v1/products/{id}/skus/{sku} 415 unsupported_media_type', () => put('KMJ-204', 'a', form)],
    ['PUT /v1/products/{id}/skus/{sku} 422 unknown_reference', () => put('KMJ-204', list)],
    ['PATCH /v1/products/{id}/skus/{sku} 200', () => patch('KMJ-204', {})],
    ['PATCH /v1/products/{id}/skus/{sku} 400 validation_failed', () => patch('KMJ-204', { stock: -1 })],
    [
      'PATCH /v1/products/{id}/skus/{sku} 401 missing_token',
      () => patch('KMJ-204', {}, { authorization: '' }),
    ],
    [
      'PATCH /v1/products/{id}/skus/{sku} 403 insufficient_scope',
      async () => patch('KMJ-204', {}, await viewer()),
    ],
    ['PATCH /v1/products/{id}/skus/{sku} 404 sku_not_found', () => patch('A-1', {})],
    ['PATCH /v1/products/{id}/skus/{sku} 412 precondition_failed', () => patch('KMJ-204', {}, stale)],
    ['PATCH /v1/products/{id}/skus/{sku} 413 payload_too_large', () => patch('KMJ-204', huge)],
    ['PATCH /v1/products/{id}/skus/{sku} 415 unsupported_media_type', () => patch('KMJ-204', 'a', form)],
    ['PATCH /v1/products/{id}/skus/{sku} 422 unknown_reference', () => patch('KMJ-204', list)],
    ['POST /v1/products/{id}/skus/{sku}/stock 200', () => changeStock(-5)],
    ['POST /v1/products/{id}/skus/{sku}/stock 400 validation_failed', () => changeStock(0)],
    [
      'POST /v1/products/{id}/skus/{sku}/stock 401 missing_token',
      () => changeStock(1, { authorization: '' }),
    ],
    [
      'POST /v1/products/{id}/skus/{sku}/stock 403 insufficient_scope',
      async () => changeStock(1, await viewer()),
    ],
    ['POST /v1/products/{id}/skus/{sku}/stock 404 sku_not_found', () => changeStock(1, {}, 'A-1')],
    ['POST /v1/products/{id}/skus/{sku}/stock 409 stock_out_of_range', () => changeStock(-6)],
    [
      'POST /v1/products/{id}/skus/{sku}/stock 413 payload_too_large',
      () => changeStock('x'.repeat(2_000_000)),
    ],
    ['POST /v1/products/{id}/skus/{sku}/stock 415 unsupported_media_type', () => changeStock(1, form)],
    [
      'POST /v1/products/{id}/skus/{sku}/stock 422 idempotency_key_reused',
      async () => {
        await changeStock(1, { 'idempotency-key': 'a' })
        before = await publishedEvents(catalog)
        return changeStock(2, { 'idempotency-key': 'a' })
      },
    ],
    ['DELETE /v1/products/{id}/skus/{sku} 204', () => remove('KMJ-204')],
    ['DELETE /v1/products/{id}/skus/{sku} 400 validation_failed', () => remove('a%00')],
    ['DELETE /v1/products/{id}/skus/{sku} 401 missing_token', () => remove('KMJ-204', { authorization: '' })],
    [
      'DELETE /v1/products/{id}/skus/{sku} 403 insufficient_scope',
      async () => remove('KMJ-204', await viewer()),
    ],
    ['DELETE /v1/products/{id}/skus/{sku} 404 sku_not_found', () => remove('A-1')],
    ['DELETE /v1/products/{id}/skus/{sku} 412 precondition_failed', () => remove('KMJ-204', stale)],
  ]
  testResponses('skus', cases, async ({ statusCode }) => {
    // A failed request changes nothing.
    if (statusCode >= 400) expect(await publishedEvents(catalog)).toEqual(before)
  })
})

test('a SKU belongs to one product and is found in any written form; every change increments the product’s version', async () => {
  const response = await add({ sku: 'KMJ-204-L', gtin: '8991234567898', prices: [idr(9_000_000), usd(899)] })
  expect(response.headers).toMatchObject({
    etag: '"2"',
    location: `${catalog.deps.config.PUBLIC_URL}/v1/products/by-sku/KMJ-204-L`,
  })
  for (const written of ['KMJ-204-L', 'kmj 204 l', 'Kmj204L', 'KMJ.204/L'])
    expect((await ask('GET', `/products/by-sku/${encodeURIComponent(written)}`)).json()).toEqual(
      response.json(),
    )
  const changed = await put('kmj204l', { gtin: '8991234567898', stock: 1, prices: [usd(799)] })
  expect(changed.json<Product>()).toMatchObject({
    version: 3,
    skus: [{ sku: 'KMJ-204' }, { sku: 'KMJ-204-L', stock: 1, prices: [usd(799)] }],
  })
  const gone = await ask('DELETE', `/products/${id}/skus/KMJ 204 L`)
  expect(gone.headers.etag).toBe('"4"')
  expect((await ask('GET', '/products/by-sku/KMJ-204-L')).statusCode).toBe(404)
  expect(await publishedEvents(catalog)).toEqual(['sku_created', 'sku_updated', 'sku_deleted'])
})

test('a new price or stock is visible at once, in the product, in filters and in facets', async () => {
  const between = (low: number, high: number) => `&minPrice=${low}&maxPrice=${high}`
  expect(await isFound('kemeja', `${between(10_000_000, 10_000_000)}&inStock=true`)).toBe(true)
  await put('KMJ-204', { stock: 0, prices: [idr(7_500_000), usd(499)] })
  expect(await isFound('kemeja', between(10_000_000, 10_000_000))).toBe(false)
  expect(await isFound('kemeja', `${between(7_500_000, 7_500_000)}&inStock=false`)).toBe(true)
  expect(await isFound('kemeja', `${between(499, 499)}&currency=USD`)).toBe(true)
  await put('KMJ-204', { stock: 2, prices: [usd(499)] })
  expect(await isFound('kemeja', between(0, 99_999_999))).toBe(false)
  expect(await isFound('kemeja', '&inStock=true')).toBe(true)
  // The lowest price of all SKUs counts; without SKUs there is neither price nor stock.
  await add({ sku: 'KMJ-204-L', prices: [usd(399)] })
  expect(await isFound('kemeja', `${between(399, 399)}&currency=USD`)).toBe(true)
  for (const sku of ['KMJ-204', 'KMJ-204-L']) await ask('DELETE', `/products/${id}/skus/${sku}`)
  expect(await isFound('kemeja', `${between(0, 999)}&currency=USD`)).toBe(false)
  expect(await isFound('kemeja', '&inStock=false')).toBe(true)
})

test('model numbers and GTINs are found at once, and no longer after they were removed', async () => {
  await put('KMJ-204', { modelNumbers: ['SM-S921B'], gtin: '8991234567898' })
  for (const written of ['sm s921b', 'SMS921B', '08991234567898'])
    expect(await isFound(written), written).toBe(true)
  await put('KMJ-204', {})
  for (const written of ['sm s921b', '8991234567898']) expect(await isFound(written), written).toBe(false)
})

test('a patch changes the fields that it names and resets those that are null', async () => {
  await put('KMJ-204', {
    gtin: '8991234567898',
    options: { size: 'M', fit: 'slim' },
    stock: 3,
    prices: [idr(9_000_000), usd(899)],
  })
  const changed = await patch('kmj204', {
    gtin: null,
    options: { fit: null, sleeve: 'long' },
    prices: [usd(799)],
  })
  expect(changed.json<Product>()).toMatchObject({
    version: 3,
    skus: [
      { sku: 'KMJ-204', gtin: null, options: { size: 'M', sleeve: 'long' }, stock: 3, prices: [usd(799)] },
    ],
  })
  expect(changed.json<Product>().skus[0]?.options).not.toHaveProperty('fit')
  expect(await isFound('kemeja', '&currency=USD&minPrice=799&maxPrice=799')).toBe(true)
  const stale = await patch('KMJ-204', { stock: 9 }, { 'if-match': '"2"' })
  expect(stale.json()).toMatchObject({ status: 412, code: 'precondition_failed' })
  expect((await patch('KMJ-204', { stock: 9 }, { 'if-match': '"3"' })).headers.etag).toBe('"4"')
})

test.each([
  ['the code of the SKU', '{"sku":"A-1"}'],
  ['an unknown field', '{"colour":"red"}'],
  ['__proto__', '{"__proto__":{"stock":1}}'],
  ['__proto__ as option', '{"options":{"__proto__":"x"}}'],
  [
    'eleven options',
    JSON.stringify({ options: Object.fromEntries('abcdefghijk'.split('').map((key) => [key, 'x'])) }),
  ],
  ['a price list twice', JSON.stringify({ prices: [idr(1), idr(2)] })],
  ['a list', '[]'],
  ['null', 'null'],
])('a patch with %s is 400, and nothing changes', async (_name, body) => {
  const response = await patch('KMJ-204', body)
  expect(response.statusCode, response.body).toBe(400)
  expect(await publishedEvents(catalog)).toEqual([])
})

test('a product has at most 100 SKUs', async () => {
  await catalog.deps.pool.query(
    `insert into skus (product_id, sku) select $1, 'N-' || n from generate_series(1, 98) as n`,
    [id],
  )
  const both = await Promise.all([add({ sku: 'A-1' }), add({ sku: 'A-2' })])
  expect(both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 409])
})

test('concurrent price changes of one product are all applied, and search equals the stored data', async () => {
  for (let n = 0; n < 5; n += 1) await add({ sku: `N-${n}` })
  const amounts = Array.from({ length: 40 }, (_, n) => 1_000 + ((n * 7_919) % 5_000))
  const responses = await sendAtOnce(
    amounts.map((amount, n) => () => put(`N-${n % 5}`, { stock: n % 2, prices: [idr(amount)] })),
  )
  expect(new Set(responses.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  const product = (await ask('GET', `/products/${id}`)).json<Product>()
  expect(product.version).toBe(1 + 5 + responses.length)
  const stored = product.skus.flatMap(({ prices }) => prices.map(({ amount }) => amount))
  const { rows } = await catalog.deps.pool.query(
    `select min((prices ->> 'IDR')::integer) as lowest, max((prices ->> 'IDR')::integer) as highest, bool_or(in_stock) as stocked
     from product_search, unnest(offers)`,
  )
  expect(rows).toEqual([{ lowest: Math.min(...stored), highest: Math.max(...stored), stocked: true }])
})
