import { waitFor } from '@fondasi/testing'
import { isNull, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { documentedAnswers } from '../../../test/api-description.ts'
import {
  asRole,
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from '../../../test/catalog-service.ts'
import { createShop } from '../../../test/shop.ts'
import { attributes, importRows, imports, outbox, products } from '../../db/schema.ts'
import { maxRowBytes } from './row.ts'
import type { ImportDocument } from './schemas.ts'

let backend: CatalogBackend
let catalog: CatalogInstance
let authorization: string
beforeAll(async () => {
  backend = await createCatalogBackend()
  catalog = await startCatalog(backend, { IMPORT_MAX_BYTES: '2000000' })
  authorization = (await asRole(backend, 'admin')).authorization
})
beforeEach(async () => {
  await waitFor(async () => (await catalog.deps.db.$count(imports, isNull(imports.finishedAt))) === 0, {
    timeoutMs: 20_000,
    what: 'the end of what the last test began',
  })
  await backend.reset()
  await createShop(catalog.deps.db).category('phones')
  await catalog.deps.db.insert(attributes).values([
    { code: 'color', type: 'text', nameEn: 'Color', nameId: 'Warna' },
    { code: 'memory_gb', type: 'number', nameEn: 'Memory', nameId: 'Memori' },
    { code: 'dual_sim', type: 'boolean', nameEn: 'Dual SIM', nameId: 'Sim ganda' },
  ])
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

const row = (sku: string, more: object = {}) => ({
  sku,
  title: { en: `Phone ${sku}`, id: `Ponsel ${sku}` },
  category: 'phones',
  ...more,
})
const ndjson = (...rows: object[]) => rows.map((value) => JSON.stringify(value)).join('\n')

const post = (payload: string | Buffer, type = 'application/x-ndjson', headers: object = {}) =>
  catalog.app.inject({
    method: 'POST',
    url: '/v1/imports',
    headers: { authorization, 'content-type': type, ...headers },
    payload,
  })
const get = (url: string) => catalog.app.inject({ url, headers: { authorization } })

/** Sends a file and waits for its end. */
async function importFile(payload: string | Buffer, type?: string): Promise<ImportDocument> {
  const response = await post(payload, type)
  expect(response.statusCode, response.body).toBe(202)
  return ended(String(response.headers.location))
}
function ended(location: string): Promise<ImportDocument> {
  return waitFor(
    async () => {
      const found = (await get(location)).json<ImportDocument>()
      return ['done', 'failed'].includes(found.state) ? found : undefined
    },
    { timeoutMs: 20_000, what: 'the end of the import' },
  )
}
const errorsOf = async ({ id }: ImportDocument) =>
  (await get(`/v1/imports/${id}/errors`)).json<{ items: { line: number; code: string; detail: string }[] }>()
    .items
const exported = async (format: 'ndjson' | 'csv') => (await get(`/v1/products/export?format=${format}`)).body
const versions = async () =>
  (await catalog.deps.db.select().from(products)).map(({ id, version }) => `${id} ${version}`).toSorted()

const everything = ndjson(
  row('A-1', {
    product: 'family',
    brand: 'Senja',
    description: { en: 'Line one\nline "two"', id: 'Satu; dua, tiga' },
    attributes: { color: '=1+1', memory_gb: 8.5, dual_sim: true },
    rating: 4.6,
    popularity: 12,
    gtin: '8991234567898',
    modelNumbers: ['SM-S921B', "'=x"],
    options: { size: '-M' },
    stock: 3,
    prices: { 'retail-idr': 12_990_000, 'retail-usd': 899 },
  }),
  row('A-2', { product: 'family', options: { size: 'L' }, prices: { 'retail-idr': 5 } }),
  row('B-1', { title: { en: '@home', id: "'+62" }, brand: 'SENJA' }),
)

describe('a file', () => {
  test('becomes products with brands, SKUs and prices, found by search at once, told in one audit event', async () => {
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

  test('updates what is there by SKU, however it is written: one version up, prices replaced, other SKUs kept', async () => {
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

  test('that adds a SKU to a product by its id or by its family', async () => {
    await importFile(everything)
    const { items } = (await get('/v1/products/search?q=B-1')).json<{ items: { id: string }[] }>()
    const done = await importFile(
      ndjson(
        row('B-2', { product: items[0]?.id }),
        row('A-1', { product: 'x' }),
        row('A-3', { product: 'x' }),
      ),
    )
    expect(done).toMatchObject({ products: { created: 0, updated: 2 }, rows: { failed: 0 } })
    expect(await catalog.deps.db.$count(products)).toBe(2)
  })
})

describe('bad rows', () => {
  const line = JSON.stringify(row('OK-1'))
  const bad: [string, string | Buffer, string, RegExp?][] = [
    ['no JSON', '{"sku":', 'malformed_row'],
    ['a list', '[]', 'validation_failed'],
    ['a number as a string', JSON.stringify(row('X', { stock: '5' })), 'validation_failed', /^stock: /],
    ['a field that nobody knows', JSON.stringify(row('X', { boss: true })), 'validation_failed', /boss/],
    ['__proto__', `{"__proto__":{"a":1},${line.slice(1)}`, 'malformed_row'],
    [
      '__proto__ among the attributes',
      JSON.stringify(row('X', { attributes: JSON.parse('{"__proto__":1}') })),
      'malformed_row',
    ],
    ['NUL', JSON.stringify(row('X', { brand: 'a\u0000b' })), 'validation_failed', /^brand: /],
    ['a lone surrogate', line.replace('Phone', '\\ud800'), 'validation_failed'],
    ['bytes that are no UTF-8', Buffer.from(line.replace('Phone', 'ÿ'), 'latin1'), 'malformed_row', /UTF-8/],
    ['more than a row may have', line.replace('Phone', 'x'.repeat(maxRowBytes)), 'malformed_row', /bytes/],
    ['a blank', '   ', 'malformed_row'],
    ['a number beyond all bounds', line.replace('"sku"', '"stock":1e999,"sku"'), 'validation_failed'],
    [
      'an attribute that is not declared',
      JSON.stringify(row('X', { attributes: { size: 1 } })),
      'attribute_rejected',
    ],
    [
      'an attribute of another type',
      JSON.stringify(row('X', { attributes: { color: 1 } })),
      'attribute_rejected',
    ],
    ['an unknown price list', JSON.stringify(row('X', { prices: { free: 0 } })), 'unknown_reference'],
    ['an unknown category', JSON.stringify(row('X', { category: 'x' })), 'unknown_reference', /category x$/],
    ['a SKU of signs only', JSON.stringify(row('---')), 'validation_failed'],
    ['a brand of signs only', JSON.stringify(row('X', { brand: '!' })), 'validation_failed'],
    ['the SKU of an earlier row', JSON.stringify(row('OK 1')), 'duplicate_sku'],
  ]
  test.each(bad)(
    '%s: told with its line, and the others are taken',
    async (_name, wrong, code, detail = /./) => {
      const done = await importFile(
        Buffer.concat(
          [line, '\n', wrong, '\r\n', JSON.stringify(row('OK-2'))].map((part) => Buffer.from(part)),
        ),
      )
      expect(done).toMatchObject({ rows: { read: 3, failed: 1 }, products: { created: 2 } })
      expect(await errorsOf(done)).toEqual([{ line: 2, code, detail: expect.stringMatching(detail) }])
    },
  )

  test('the SKU of another product, and of a deleted one', async () => {
    await importFile(ndjson(row('A-1'), row('B-1'), row('C-1')))
    const idOf = async (sku: string) =>
      (await get(`/v1/products/search?q=${sku}`)).json<{ items: { id: string }[] }>().items[0]?.id
    await catalog.deps.db.execute(sql`update products set deleted_at = now() where id = ${await idOf('C-1')}`)
    const done = await importFile(ndjson(row('A-1', { product: await idOf('B-1') }), row('C-1')))
    expect((await errorsOf(done)).map(({ code }) => code)).toEqual(['sku_exists', 'product_deleted'])
  })

  test('are listed in pages, forwards and back', async () => {
    const done = await importFile(Array.from({ length: 45 }, () => 'x').join('\n'))
    expect(done).toMatchObject({ state: 'done', rows: { read: 45, failed: 45 } })
    const page = async (cursor: string) =>
      (await get(`/v1/imports/${done.id}/errors${cursor && `?cursor=${cursor}`}`)).json<{
        items: { line: number }[]
        page: { next: string; prev: string }
      }>()
    const first = await page('')
    const second = await page(first.page.next)
    expect(second.items.map((error) => error.line)).toEqual(
      Array.from({ length: 20 }, (_, index) => 21 + index),
    )
    expect((await page(second.page.prev)).items).toEqual(first.items)
  })
})

describe('CSV', () => {
  const header = 'sku,title.en,title.id,category,stock,attributes.dual_sim,modelNumbers'
  test('with BOM, CRLF, quotes, blank lines and a wrong row', async () => {
    const file = `\uFEFF${header}\r\nA-1,"One, ""two""\nthree",Satu,phones,4,true,X1\r\n\r\nB,x,y\r\nC,x,y,phones,four,,\r\nD,x,y,phones,,yes,"[""X"",""Y""]"\r\n`
    const done = await importFile(file, 'text/csv; charset=utf-8')
    expect(done).toMatchObject({ rows: { read: 4, failed: 3 }, products: { created: 1 } })
    expect(await errorsOf(done)).toMatchObject([
      { line: 5, code: 'malformed_row', detail: 'has 3 cells, the header 7' },
      { line: 6, code: 'validation_failed', detail: expect.stringMatching(/^stock: /) },
      { line: 7, code: 'attribute_rejected' },
    ])
    expect(await exported('csv')).toContain('"One, ""two""\nthree",Satu')
  })

  test.each([
    ['an unterminated quote', `${header}\n"A-1,x,y,phones,4,,`],
    ['text behind a quote', `${header}\n"A"-1,x,y,phones,4,,`],
    ['a row of more than it may have', `${header}\nA,${'x'.repeat(maxRowBytes + 1)}`],
    ['bytes that are no UTF-8', Buffer.from(`${header}\nA,ÿ,y,phones,4,,`, 'latin1')],
    [
      'a UTF-8 that breaks off',
      Buffer.concat([Buffer.from(`${header}\nA,`), Buffer.from('é').subarray(0, 1)]),
    ],
    ['an unknown column', `${header},boss\n`],
    ['a missing column', 'sku,category\nA,phones'],
    ['a column twice', `${header},stock\n`],
    ['a column __proto__', `${header},attributes.__proto__\n`],
    ['a header only', header],
    ['nothing', ''],
  ])('%s: 400, and nothing is taken', async (_name, file) => {
    const response = await post(file, 'text/csv')
    expect(response.json(), response.body).toMatchObject({ status: 400, code: 'malformed_body' })
    expect(await catalog.deps.db.$count(products)).toBe(0)
    expect(await catalog.deps.db.$count(importRows)).toBe(0)
  })

  test('cells that a spreadsheet would run have an apostrophe in front', async () => {
    await importFile(everything)
    const file = await exported('csv')
    for (const cell of ["'=1+1", "'-M", "'@home", "''+62"]) expect(file).toContain(cell)
    expect(file).not.toMatch(/(^|,)"?[=+@-]/m)
  })
})

describe('requests', () => {
  const answers: [string, () => Promise<{ statusCode: number }>][] = [
    ['POST /v1/imports 202', () => post(ndjson(row('A')))],
    ['POST /v1/imports 400', () => post('')],
    ['POST /v1/imports 401', () => post('', 'text/csv', { authorization: '' })],
    ['POST /v1/imports 403', async () => post('', 'text/csv', await asRole(backend, 'viewer'))],
    ['POST /v1/imports 413', () => post('x\n'.repeat(1_000_001))],
    ['POST /v1/imports 415', () => post('{}', 'application/json')],
    ['GET /v1/products/export 200', () => get('/v1/products/export')],
    ['GET /v1/products/export 400', () => get('/v1/products/export?format=xml')],
    ['GET /v1/products/export 401', () => catalog.app.inject('/v1/products/export')],
    [
      'GET /v1/products/export 403',
      async () =>
        catalog.app.inject({ url: '/v1/products/export', headers: await asRole(backend, 'editor') }),
    ],
    ...['', '/errors'].flatMap((end): [string, () => Promise<{ statusCode: number }>][] => {
      const unknown = '/v1/imports/01936f0e-8a3c-7cc2-9d1e-000000000000'
      return [
        [
          `GET /v1/imports/{id}${end} 200`,
          async () => get(`${(await post(ndjson(row('A')))).headers.location}${end}`),
        ],
        [`GET /v1/imports/{id}${end} 400`, () => get(`/v1/imports/x${end}`)],
        [`GET /v1/imports/{id}${end} 401`, () => catalog.app.inject(`${unknown}${end}`)],
        [
          `GET /v1/imports/{id}${end} 403`,
          async () =>
            catalog.app.inject({ url: `${unknown}${end}`, headers: await asRole(backend, 'viewer') }),
        ],
        [`GET /v1/imports/{id}${end} 404`, () => get(`${unknown}${end}`)],
      ]
    }),
  ]
  test.each(answers)('%s', async (answer, ask) => {
    expect((await ask()).statusCode).toBe(Number(answer.split(' ').at(-1)))
  })
  test('every documented answer is proven above', () => {
    expect(answers.map(([answer]) => answer).toSorted()).toEqual(documentedAnswers('imports'))
  })
  test('a compressed body is 415, and other routes take JSON only', async () => {
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

describe('at the same time', () => {
  test('the same file twice: one makes the products, the other changes nothing', async () => {
    const sent = await Promise.all([post(everything), post(everything)])
    const done = await Promise.all(sent.map(({ headers }) => ended(String(headers.location))))
    expect(done.map(({ state }) => state)).toEqual(['done', 'done'])
    expect(done.map(({ products: { created } }) => created).toSorted()).toEqual([0, 2])
    expect((await catalog.deps.db.select().from(products)).map(({ version }) => version)).toEqual([1, 1])
  })

  test('who reads sees what a merge in the background has made within a second, though nobody tells the cache', async () => {
    const seen = async () =>
      (await catalog.app.inject('/v1/products')).json<{ items: { title: { en: string } }[] }>().items.length
    expect(await seen()).toBe(0)
    const { headers } = await post(everything)
    // Asks all the time, so that an answer from before is always in the cache.
    let doneAtMs = 0
    while ((await seen()) === 0) {
      const { state } = (await get(String(headers.location))).json<ImportDocument>()
      if (state === 'done' && doneAtMs === 0) doneAtMs = performance.now()
      if (doneAtMs > 0) expect(performance.now() - doneAtMs).toBeLessThan(1_500)
    }
  })

  test('imports of the same SKUs in opposite orders: each comes to its end, and each product is there once', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => row(`S-${index}`, { brand: `Brand ${index % 7}` }))
    const sent = await Promise.all(
      [rows, rows.toReversed(), rows.map((one) => ({ ...one, stock: 7 }))].map((file) =>
        post(ndjson(...file)),
      ),
    )
    const done = await Promise.all(sent.map((response) => ended(String(response.headers.location))))
    expect(done.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
    expect(done.reduce((sum, { products: { created } }) => sum + created, 0)).toBe(300)
    expect(await catalog.deps.db.$count(products)).toBe(300)
  })

  test('two instances merge one after the other', async () => {
    const other = await startCatalog(backend)
    try {
      const rows = Array.from({ length: 300 }, (_, index) => row(`S-${index}`))
      const [mine, theirs] = await Promise.all([
        post(ndjson(...rows)),
        other.app.inject({
          method: 'POST',
          url: '/v1/imports',
          headers: { authorization, 'content-type': 'application/x-ndjson' },
          payload: ndjson(...rows.toReversed()),
        }),
      ])
      const done = await Promise.all([mine, theirs].map(({ headers }) => ended(String(headers.location))))
      expect(new Set(done.map(({ products: { created } }) => created))).toEqual(new Set([0, 300]))
    } finally {
      await other.close()
    }
  })

  test('an export shows one moment, whatever an import does meanwhile', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => row(`S-${index}`, { stock: 1 }))
    await importFile(ndjson(...rows))
    const sent = await post(ndjson(...rows.map((one) => ({ ...one, stock: 2 }))))
    const location = String(sent.headers.location)
    const seen = new Set<string>()
    while (!['done', 'failed'].includes((await get(location)).json<ImportDocument>().state)) {
      const stocks = new Set(
        [...(await exported('ndjson')).matchAll(/"stock":(\d)/g)].map(([, stock = '']) => stock),
      )
      expect(stocks.size).toBe(1)
      for (const stock of stocks) seen.add(stock)
    }
    expect(seen).toContain('1')
    expect(await exported('ndjson')).not.toContain('"stock":1')
  })
})
