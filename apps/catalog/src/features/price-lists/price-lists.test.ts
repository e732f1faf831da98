import { type ResponseCase, waitFor } from '@fondasi/testing'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { publishedEvents, sendAtOnce } from '../../../test/editor.ts'
import { useProductWriter } from '../../../test/product-writer.ts'

const { backend, catalog, ask, create, created } = await useProductWriter()
// The lists of the migration stay.
beforeEach(() => catalog.deps.pool.query(`delete from price_lists where code not like 'retail-___'`))

const write = (name: string, body: object | string, headers: Record<string, string> = {}) =>
  ask('PUT', `/price-lists/${name}`, body, headers)
const remove = (name: string, headers: Record<string, string> = {}) =>
  ask('DELETE', `/price-lists/${name}`, undefined, headers)
const idr = { name: 'retail-idr', currency: 'IDR', minorDigits: 2, searched: true }
const yen = [{ sku: 'A-1', prices: [{ amount: 1_500, currency: 'JPY', priceList: 'japan' }] }]

const viewer = () => asRole(backend, 'viewer')
const cases: ResponseCase[] = [
  ['GET /v1/price-lists 200', () => ask('GET', '/price-lists')],
  ['GET /v1/price-lists 304', () => ask('GET', '/price-lists', undefined, { 'if-none-match': '*' })],
  ['GET /v1/price-lists 400 invalid_cursor', () => ask('GET', '/price-lists?cursor=x')],
  ['PUT /v1/price-lists/{name} 200', () => write('japan', { currency: 'JPY' })],
  ['PUT /v1/price-lists/{name} 400 validation_failed', () => write('japan', { currency: 'XXX' })],
  [
    'PUT /v1/price-lists/{name} 401 missing_token',
    () => write('japan', { currency: 'JPY' }, { authorization: '' }),
  ],
  [
    'PUT /v1/price-lists/{name} 403 insufficient_scope',
    async () => write('japan', { currency: 'JPY' }, await viewer()),
  ],
  ['PUT /v1/price-lists/{name} 409 price_list_exists', () => write('retail-idr', { currency: 'USD' })],
  [
    'PUT /v1/price-lists/{name} 413 payload_too_large',
    () => write('japan', { currency: 'x'.repeat(2_000_000) }),
  ],
  [
    'PUT /v1/price-lists/{name} 415 unsupported_media_type',
    () => write('japan', 'a', { 'content-type': 'text/csv' }),
  ],
  [
    'DELETE /v1/price-lists/{name} 204',
    async () => {
      await write('japan', { currency: 'JPY' })
      return remove('japan')
    },
  ],
  ['DELETE /v1/price-lists/{name} 400 validation_failed', () => remove('A')],
  ['DELETE /v1/price-lists/{name} 401 missing_token', () => remove('retail-idr', { authorization: '' })],
  ['DELETE /v1/price-lists/{name} 403 insufficient_scope', async () => remove('retail-idr', await viewer())],
  ['DELETE /v1/price-lists/{name} 404 price_list_not_found', () => remove('nothing')],
  [
    'DELETE /v1/price-lists/{name} 409 price_list_in_use',
    async () => {
      await created()
      return remove('retail-idr')
    },
  ],
]
testResponses('price lists', cases, async ({ statusCode }) => {
  // A failed request changes nothing.
  if (statusCode >= 400)
    expect((await publishedEvents(catalog)).filter((event) => event.startsWith('price_list'))).toEqual([])
})

test('anybody reads the lists, with the decimal places of their amounts by ISO 4217', async () => {
  for (const [name, currency] of [
    ['japan', 'JPY'],
    ['kuwait', 'KWD'],
    ['iraq', 'IQD'],
    ['europe', 'EUR'],
  ] as const)
    await write(name, { currency })
  const { items } = (await catalog.app.inject('/v1/price-lists')).json<{ items: (typeof idr)[] }>()
  expect(items).toEqual([
    { name: 'europe', currency: 'EUR', minorDigits: 2, searched: true },
    { name: 'iraq', currency: 'IQD', minorDigits: 3, searched: true },
    { name: 'japan', currency: 'JPY', minorDigits: 0, searched: true },
    { name: 'kuwait', currency: 'KWD', minorDigits: 3, searched: true },
    idr,
    { name: 'retail-usd', currency: 'USD', minorDigits: 2, searched: true },
  ])
})

test('a SKU has prices in the currency of each list, and the list stays until they are gone', async () => {
  expect((await create({ skus: yen })).json()).toMatchObject({ status: 422, code: 'unknown_reference' })
  await write('japan', { currency: 'JPY' })
  const product = await created({ skus: yen })
  expect(product.skus[0]?.prices).toMatchObject(yen[0]?.prices ?? [])
  expect((await remove('japan')).json()).toMatchObject({ status: 409, code: 'price_list_in_use' })
  await ask('PATCH', `/products/${product.id}/skus/A-1`, { prices: [] })
  expect((await remove('japan')).statusCode).toBe(204)
})

test('the first list of a currency is the searched one; the same PUT again changes nothing', async () => {
  const first = await write('member', { currency: 'EUR' })
  expect(first.json()).toEqual({ name: 'member', currency: 'EUR', minorDigits: 2, searched: true })
  expect((await write('europe', { currency: 'EUR' })).json()).toMatchObject({ searched: false })
  expect((await write('member', { currency: 'EUR' })).json()).toEqual(first.json())
  expect(await publishedEvents(catalog)).toEqual(['price_list_created', 'price_list_created'])
})

test('of ten lists of a currency that are created at once, one is searched', async () => {
  const responses = await sendAtOnce(
    Array.from({ length: 10 }, (_, n) => () => write(`list-${n}`, { currency: 'EUR' })),
  )
  expect(new Set(responses.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  expect(responses.filter((response) => response.json<typeof idr>().searched)).toHaveLength(1)
})

test('a price in a list that another transaction is deleting is refused', async () => {
  await write('japan', { currency: 'JPY' })
  const other = await catalog.deps.pool.connect()
  onTestFinished(() => other.release(true))
  await other.query('begin')
  await other.query(`delete from price_lists where code = 'japan'`)
  const product = create({ skus: yen })
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await waitFor(async () => (await catalog.deps.pool.query(waiting)).rowCount === 1, {
    what: 'the product to wait for the list',
  })
  await other.query('commit')
  expect((await product).json()).toMatchObject({ status: 422, code: 'unknown_reference' })
})

test.each(['idr', 'XXX', 'DEM', '', 'IDR ', 'EURO', 1, null])('the currency %j is 400', async (currency) => {
  expect((await write('new', { currency })).json()).toMatchObject({ code: 'validation_failed' })
})
