import type { ResponseCase } from '@fondasi/testing'
import { describe, expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { everything, ndjson, row, useImports } from '../../../test/import-requests.ts'
import { importRows, outbox, products } from '../../db/schema.ts'

const { backend, catalog, authorization, post, get, importFile, exported, versions } = await useImports()

describe('a file', () => {
  test('becomes products with brands, SKUs and prices, which search finds at once, and one audit event', async () => {
    const done = await importFile(everything)
    expect(done).toMatchObject({
      state: 'done',
      format: 'ndjson',
      rows: { read: 3, failed: 0, merged: 3 },
      products: { created: 2, updated: 0 },
    })
    const found = (await get('/v1/products/search?q=SMS921B')).json<{ items: { id: string }[] }>()
    expect((await get(`/v1/products/${found.items[0]?.id}`)).json()).toMatchObject({
      title: { en: 'Phone A-1' },
      brand: { name: 'Senja' },
      category: { slugPath: 'phones' },
      attributes: { color: '=1+1', memory_gb: 8.5, dual_sim: true },
      skus: [
        { sku: 'A-1', gtin: '8991234567898', stock: 3, prices: [{ amount: 12_990_000 }, { amount: 899 }] },
        { sku: 'A-2', options: { size: 'L' } },
      ],
    })
    const events = await catalog.deps.db.select().from(outbox)
    expect(events.map(({ payload }) => payload)).toMatchObject([
      {
        action: 'catalog.import_completed',
        targets: [{ type: 'import', id: done.id }],
        metadata: { created: 2, updated: 0, failed: 0 },
      },
    ])
    expect(await catalog.deps.db.$count(importRows)).toBe(0)
  })

  test.each(['ndjson', 'csv'] as const)(
    'that was exported as %s changes nothing, and fills an empty catalog',
    async (format) => {
      await importFile(everything)
      const before = await versions()
      const file = await exported(format)
      const type = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
      expect(await importFile(file, type)).toMatchObject({
        rows: { read: 3, failed: 0 },
        products: { created: 0, updated: 0 },
      })
      expect(await versions()).toEqual(before)
      expect(await exported(format)).toBe(file)

      await catalog.deps.db.delete(products)
      expect(await importFile(file, type)).toMatchObject({
        products: { created: 2, updated: 0 },
        rows: { failed: 0 },
      })
      const withoutIds = (text: string) => text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '')
      expect(
        withoutIds(await exported(format))
          .split('\n')
          .toSorted(),
      ).toEqual(withoutIds(file).split('\n').toSorted())
    },
  )

  test('updates products by SKU in any written form: the version grows by one, prices are replaced, other SKUs stay', async () => {
    await importFile(everything)
    const done = await importFile(ndjson(row('a1', { stock: 9, prices: { 'retail-usd': 7 } })))
    expect(done).toMatchObject({ products: { created: 0, updated: 1 } })
    const { items } = (await get('/v1/products/search?q=A-2')).json<{ items: { id: string }[] }>()
    expect((await get(`/v1/products/${items[0]?.id}`)).json()).toMatchObject({
      version: 2,
      brand: null,
      title: { en: 'Phone a1' },
      skus: [
        { sku: 'A-2', prices: [{ amount: 5 }] },
        { sku: 'a1', stock: 9, prices: [{ amount: 7, priceList: 'retail-usd' }] },
      ],
    })
  })

  test('that adds a SKU to a product by its id, in either case, or by its family', async () => {
    await importFile(everything)
    const { items } = (await get('/v1/products/search?q=B-1')).json<{ items: { id: string }[] }>()
    const done = await importFile(
      ndjson(
        row('B-2', { product: items[0]?.id }),
        row('B-3', { product: items[0]?.id.toUpperCase() }),
        row('A-1', { product: 'x' }),
        row('A-3', { product: 'x' }),
      ),
    )
    expect(done).toMatchObject({ products: { created: 0, updated: 2 }, rows: { failed: 0 } })
    expect(await catalog.deps.db.$count(products)).toBe(2)
  })
})

describe('requests', () => {
  const nobody = { authorization: '' }
  const viewer = () => asRole(backend, 'viewer')
  const editor = () => asRole(backend, 'editor')
  const location = async () => String((await post(ndjson(row('A')))).headers.location)
  const unknown = '/v1/imports/01936f0e-8a3c-7cc2-9d1e-000000000000'

  testResponses('imports', [
    ['POST /v1/imports 202', () => post(ndjson(row('A')))],
    ['POST /v1/imports 400', () => post('')],
    ['POST /v1/imports 401 missing_token', () => post('', 'text/csv', nobody)],
    ['POST /v1/imports 403 insufficient_scope', async () => post('', 'text/csv', await viewer())],
    ['POST /v1/imports 413 payload_too_large', () => post('x\n'.repeat(1_000_001))],
    ['POST /v1/imports 415 unsupported_media_type', () => post('{}', 'application/json')],
    ['GET /v1/products/export 200', () => get('/v1/products/export')],
    ['GET /v1/products/export 400 validation_failed', () => get('/v1/products/export?format=xml')],
    ['GET /v1/products/export 401 missing_token', () => get('/v1/products/export', nobody)],
    [
      'GET /v1/products/export 403 insufficient_scope',
      async () => get('/v1/products/export', await editor()),
    ],
    ...['', '/errors'].flatMap((end): ResponseCase[] => [
      [`GET /v1/imports/{id}${end} 200`, async () => get(`${await location()}${end}`)],
      [
        `GET /v1/imports/{id}${end} 304`,
        async () => get(`${await location()}${end}`, { 'if-none-match': '*' }),
      ],
      [`GET /v1/imports/{id}${end} 400 validation_failed`, () => get(`/v1/imports/x${end}`)],
      [`GET /v1/imports/{id}${end} 401 missing_token`, () => get(`${unknown}${end}`, nobody)],
      [
        `GET /v1/imports/{id}${end} 403 insufficient_scope`,
        async () => get(`${unknown}${end}`, await viewer()),
      ],
      [`GET /v1/imports/{id}${end} 404 import_not_found`, () => get(`${unknown}${end}`)],
    ]),
  ])
  test('a compressed body is 415, and other routes accept JSON only', async () => {
    expect((await post('x', 'text/csv', { 'content-encoding': 'gzip' })).statusCode).toBe(415)
    const other = await catalog.app.inject({
      method: 'POST',
      url: '/v1/search-index/refresh',
      headers: { authorization, 'content-type': 'text/csv' },
      payload: 'x',
    })
    expect(other.statusCode).toBe(415)
  })
  test('an export follows Accept', async () => {
    const ask = async (accept: string) =>
      (await catalog.app.inject({ url: '/v1/products/export', headers: { authorization, accept } })).headers[
        'content-type'
      ]
    expect(await ask('text/csv')).toBe('text/csv; charset=utf-8')
    expect(await ask('*/*')).toBe('application/x-ndjson')
  })
})
