import { Readable } from 'node:stream'
import { waitFor } from '@fondasi/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEditor } from '../../../test/editor.ts'
import { everything, ndjson, row, useImports } from '../../../test/import-requests.ts'
import { imports, outbox } from '../../db/schema.ts'
import type { Product } from '../products/schemas.ts'

const { backend, catalog, post, importFile, ended, errorsOf, csvErrors, stored, versions } =
  await useImports()
const ask = createEditor(backend, () => catalog)
const csv = (file: string, query?: string) => importFile(file, 'text/csv', query)

describe('an existing product', () => {
  test('keeps what a file has no column for', async () => {
    await importFile(everything)
    const before = await stored()
    const done = await csv('sku,title.en,title.id,category,prices.retail-usd\nA-1,New,Baru,phones,950\n')
    expect(done).toMatchObject({ products: { created: 0, updated: 1, unchanged: 0 } })
    const title = { en: 'New', id: 'Baru' }
    expect(await stored()).toEqual({
      'A-1': { ...before['A-1'], title, prices: { 'retail-idr': 12_990_000, 'retail-usd': 950 } },
      'A-2': { ...before['A-2'], title },
      'B-1': before['B-1'],
    })
  })

  test('loses what a cell is empty for, or a field null', async () => {
    await importFile(everything)
    await csv(
      'sku,brand,rating,gtin,modelNumbers,options.size,stock,attributes.color,prices.retail-usd\nA-1,,,,,,,,\n',
    )
    expect(await stored()).toMatchObject({
      'A-1': {
        brand: null,
        rating: null,
        popularity: 12,
        gtin: null,
        modelNumbers: [],
        options: {},
        stock: 0,
        attributes: { memory_gb: 8.5, dual_sim: true },
        prices: { 'retail-idr': 12_990_000 },
        description: { en: 'Line one\nline "two"' },
      },
    })
    await importFile(ndjson({ sku: 'A-1', attributes: null, prices: null, description: { en: null } }))
    expect(await stored()).toMatchObject({
      'A-1': { attributes: {}, prices: {}, description: { en: '', id: 'Satu; dua, tiga' } },
    })
  })

  test('has only what the row says with mode=replace', async () => {
    await importFile(everything)
    await importFile(ndjson(row('A-1', { prices: { 'retail-usd': 7 } })), undefined, '?mode=replace')
    expect((await stored())['A-1']).toEqual({
      ...row('A-1'),
      product: 'family',
      slug: 'phone-a-1',
      images: [],
      description: { en: '', id: '' },
      brand: null,
      attributes: {},
      rating: null,
      popularity: 0,
      gtin: null,
      modelNumbers: [],
      options: {},
      stock: 0,
      prices: { 'retail-usd': 7 },
      compareAtPrices: {},
    })
  })

  test('is counted as created, updated or unchanged', async () => {
    await importFile(everything)
    const before = await versions()
    const done = await importFile(ndjson({ sku: 'A-1', stock: 3 }, { sku: 'B-1', stock: 1 }, row('C-1')))
    expect(done).toMatchObject({ products: { created: 1, updated: 1, unchanged: 1 } })
    expect((await versions()).filter((version) => before.includes(version))).toHaveLength(1)
  })

  test('keeps at most ten options of a SKU, with the stored ones', async () => {
    const options = (from: number) =>
      Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`o${from + at}`, 'x']))
    await importFile(ndjson(row('A', { options: options(0) })))
    const done = await importFile(ndjson({ sku: 'A', options: options(6) }))
    expect(await errorsOf(done)).toMatchObject([{ sku: 'A', faults: [{ column: 'options' }] }])
  })
})

describe('a dry run', () => {
  test('reports what would happen, and changes nothing', async () => {
    await importFile(everything)
    const [before, events] = [await stored(), await catalog.deps.db.$count(outbox)]
    const file = ndjson({ sku: 'A-1', stock: 99 }, row('C-1'), { sku: 'D-1' })
    const done = await importFile(file, undefined, '?dryRun=true')
    expect(done).toMatchObject({
      state: 'done',
      dryRun: true,
      rows: { read: 3, failed: 1 },
      products: { created: 1, updated: 1, unchanged: 0 },
    })
    expect(await errorsOf(done)).toMatchObject([{ line: 3, sku: 'D-1' }])
    expect(await stored()).toEqual(before)
    expect(await catalog.deps.db.$count(outbox)).toBe(events)
  })
})

describe('the rows of a product', () => {
  test('need a title in one language, once', async () => {
    const file =
      'sku,product,title.en,title.id,category,brand\nA,x,Shirt,,phones,Senja\nB,x,,,,\nC,y,,Kemeja,phones,\n'
    expect(await csvErrors(file)).toEqual([])
    expect(await stored()).toMatchObject({
      A: { title: { en: 'Shirt', id: 'Shirt' }, brand: 'Senja' },
      B: { title: { en: 'Shirt', id: 'Shirt' }, brand: 'Senja' },
      C: { title: { en: 'Kemeja', id: 'Kemeja' } },
    })
    // The other language follows, as long as nobody has given it.
    await csv('sku,title.en\nA,Linen shirt\n')
    expect(await stored()).toMatchObject({ A: { title: { en: 'Linen shirt', id: 'Linen shirt' } } })
  })

  test('must not contradict each other: the later row is an error', async () => {
    const file = ndjson(
      row('A', { product: 'x', brand: 'Senja' }),
      { sku: 'B', product: 'x', title: { en: 'Other' }, brand: 'Pagi' },
      { sku: 'C', product: 'x', description: { en: 'Soft' } },
    )
    const done = await importFile(file)
    expect(await errorsOf(done)).toMatchObject([
      {
        line: 2,
        sku: 'B',
        code: 'conflicting_rows',
        faults: [
          { column: 'brand', value: 'Pagi', detail: 'An earlier row of this product has Senja' },
          { column: 'title.en', value: 'Other', detail: 'An earlier row of this product has Phone A' },
        ],
      },
    ])
    expect(Object.keys(await stored()).toSorted()).toEqual(['A', 'C'])
  })

  test('a rejected row gives its product nothing', async () => {
    const file = ndjson(
      { sku: 'A', product: 'x', category: 'nowhere', title: { en: 'One' } },
      { sku: 'B', product: 'x', title: { en: 'Two' }, category: 'phones' },
      { sku: 'C', product: 'x' },
      row('D'),
    )
    const done = await importFile(file)
    expect(done).toMatchObject({ rows: { failed: 3 }, products: { created: 1 } })
    expect((await errorsOf(done)).map(({ line, code }) => `${line} ${code}`)).toEqual([
      '1 unknown_reference',
      '2 conflicting_rows',
      '3 unknown_reference',
    ])
  })

  test('are found again by their handle: a variant of next week joins the product', async () => {
    await importFile(ndjson(row('A', { product: 'shirt' })))
    expect(await importFile(ndjson({ sku: 'B', product: 'shirt' }))).toMatchObject({
      products: { created: 0, updated: 1 },
    })
    expect(await stored()).toMatchObject({ B: { product: 'shirt', title: { en: 'Phone A' } } })
  })

  test('use the category of the request when they have none, or an unknown one', async () => {
    const file = 'sku,title.en,category\nA,x,\nB,x,no/such\n'
    expect(await csvErrors(file, '?category=phones')).toEqual([])
    expect(await stored()).toMatchObject({ A: { category: 'phones' }, B: { category: 'phones' } })
    const unknown = await post(file, 'text/csv', {}, '?category=nowhere')
    expect(unknown.json()).toMatchObject({ status: 400, detail: 'No category has the path nowhere' })
  })
})

test('SH-1-23 and SH-12-3 are two SKUs, although both are found as sh123', async () => {
  const done = await importFile(ndjson(row('SH-1-23'), row('SH-12-3')))
  expect(done).toMatchObject({ rows: { failed: 0 }, products: { created: 2 } })
  const exact = await ask('GET', '/products/by-sku/SH-12-3')
  expect(exact.json<Product>().skus.map(({ sku }) => sku)).toEqual(['SH-12-3'])
  const folded = await ask('GET', '/products/by-sku/sh123')
  expect(folded.json()).toMatchObject({
    status: 409,
    code: 'sku_ambiguous',
    detail: 'Write the SKU exactly, as one of these: SH-1-23, SH-12-3',
  })
})

test('an import in which every row fails has failed', async () => {
  const done = await importFile(ndjson({ sku: 'A' }, { sku: 'B', stock: -1 }))
  expect(done).toMatchObject({
    state: 'failed',
    rows: { read: 2, failed: 2 },
    failure: /every row was rejected/,
  })
  expect(await catalog.deps.db.$count(outbox)).toBe(0)
})

describe('a change that a request makes while an import runs is newer than the file, so it stays', () => {
  const stockOf = async (sku: string) => (await stored())[sku]?.stock
  async function putStock(sku: string, stock: number): Promise<void> {
    const { id } = (await ask('GET', `/products/by-sku/${sku}`)).json<Product>()
    expect((await ask('PUT', `/products/${id}/skus/${sku}`, { stock })).statusCode).toBe(200)
  }
  const isStale = { sku: 'A', code: 'changed_meanwhile' }

  test('while the body arrives', async () => {
    await importFile(ndjson(row('A', { stock: 1 }), row('B', { stock: 1 })))
    const known = await catalog.deps.db.$count(imports)
    async function* body() {
      yield ndjson({ sku: 'A', stock: 5 }, { sku: 'B', stock: 6 })
      await waitFor(async () => (await catalog.deps.db.$count(imports)) > known, {
        what: 'the import to begin',
      })
      await putStock('A', 77)
    }
    const done = await ended(String((await post(Readable.from(body()))).headers.location))
    expect(await errorsOf(done)).toMatchObject([isStale])
    expect([await stockOf('A'), await stockOf('B')]).toEqual([77, 6])
  })

  test('after the 202, before the merge; the event names the stock that the import has replaced', async () => {
    await importFile(ndjson(row('A', { stock: 1 }), row('B', { stock: 1 })))
    const merge = await catalog.deps.pool.connect()
    onTestFinished(() => merge.release(true))
    // The lock for which merges wait.
    await merge.query('select pg_advisory_lock(4102002)')
    const sent = await post(ndjson({ sku: 'A', stock: 5 }, { sku: 'B', stock: 6 }))
    expect(sent.statusCode).toBe(202)
    await putStock('A', 77)
    await merge.query('select pg_advisory_unlock(4102002)')
    const done = await ended(String(sent.headers.location))
    expect(await errorsOf(done)).toMatchObject([isStale])
    expect([await stockOf('A'), await stockOf('B')]).toEqual([77, 6])
    const [event] = (await catalog.deps.db.select().from(outbox).orderBy(outbox.id)).slice(-1)
    expect(event?.payload).toMatchObject({
      action: 'catalog.import_completed',
      changes: [{ path: '/skus/B/stock', before: 1, after: 6 }],
      metadata: { stockChanges: 1 },
    })
  })

  test('an import that begins after the change replaces it', async () => {
    await importFile(ndjson(row('A', { stock: 1 })))
    await putStock('A', 77)
    await importFile(ndjson({ sku: 'A', stock: 5 }))
    expect(await stockOf('A')).toBe(5)
  })
})
