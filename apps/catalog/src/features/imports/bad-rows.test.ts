import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { ndjson, row, useImports } from '../../../test/import-requests.ts'
import { importErrors } from '../../db/schema.ts'
import { maxRowBytes } from './row.ts'

const { catalog, get, importFile, errorsOf } = await useImports()

const ids = async () =>
  (await catalog.deps.pool.query<{ id: string }>('select id from products')).rows.map(({ id }) => id)

describe('bad rows', () => {
  const line = JSON.stringify(row('OK-1'))
  const bad: [string, string | Buffer, string, RegExp?][] = [
    ['a line that is not JSON', '{"sku":', 'malformed_row'],
    ['a list', '[]', 'validation_failed'],
    ['a number as a string', JSON.stringify(row('X', { stock: '5' })), 'validation_failed', /^stock: /],
    ['an unknown field', JSON.stringify(row('X', { boss: true })), 'validation_failed', /boss/],
    ['__proto__', `{"__proto__":{"a":1},${line.slice(1)}`, 'malformed_row'],
    [
      '__proto__ among the attributes',
      JSON.stringify(row('X', { attributes: JSON.parse('{"__proto__":1}') })),
      'malformed_row',
    ],
    ['NUL', JSON.stringify(row('X', { brand: 'a\u0000b' })), 'validation_failed', /^brand: /],
    [
      'NUL in a key',
      JSON.stringify(row('X', { options: { 'a\u0000b': 'c' } })),
      'validation_failed',
      /a\uFFFDb/,
    ],
    [
      'a key as long as a row',
      JSON.stringify(row('X', { ['k'.repeat(200_000)]: 1 })),
      'validation_failed',
      /^k{64}…: /,
    ],
    ['a title of a space', JSON.stringify(row('X', { title: { en: ' ', id: 'x' } })), 'validation_failed'],
    ['a brand that cannot be searched', JSON.stringify(row('X', { brand: '\u0663' })), 'validation_failed'],
    ['a lone surrogate', line.replace('Phone', '\\ud800'), 'validation_failed'],
    ['bytes that are not UTF-8', Buffer.from(line.replace('Phone', 'ÿ'), 'latin1'), 'malformed_row', /UTF-8/],
    ['a row that is too long', line.replace('Phone', 'x'.repeat(maxRowBytes)), 'malformed_row', /bytes/],
    ['a blank', '   ', 'malformed_row'],
    ['a number that is too large', line.replace('"sku"', '"stock":1e999,"sku"'), 'validation_failed'],
    ['an undeclared attribute', JSON.stringify(row('X', { attributes: { size: 1 } })), 'attribute_rejected'],
    [
      'an attribute of another type',
      JSON.stringify(row('X', { attributes: { color: 1 } })),
      'attribute_rejected',
    ],
    ['an unknown price list', JSON.stringify(row('X', { prices: { free: 0 } })), 'unknown_reference'],
    ['an unknown category', JSON.stringify(row('X', { category: 'x' })), 'unknown_reference', /path x: /],
    ['a new product without a title', '{"sku":"X","category":"phones"}', 'validation_failed', /^title: /],
    [
      'a new product without a category',
      '{"sku":"X","title":{"en":"x"}}',
      'validation_failed',
      /^category: /,
    ],
    ['no SKU', '{"stock":1}', 'validation_failed', /^sku: is missing: give each row a SKU$/],
    [
      'an image without a URL',
      JSON.stringify(row('X', { images: [{ alt: 'x' }] })),
      'validation_failed',
      /^images.0.url: is missing$/,
    ],
    [
      'null as the SKU',
      JSON.stringify(row('X', { sku: null })),
      'validation_failed',
      /^sku: is missing: give each row a SKU$/,
    ],
    ['a SKU of punctuation only', JSON.stringify(row('---')), 'validation_failed'],
    ['a brand of punctuation only', JSON.stringify(row('X', { brand: '!' })), 'validation_failed'],
    ['the SKU of an earlier row', JSON.stringify(row('OK-1')), 'duplicate_sku'],
  ]
  test.each(bad)(
    '%s: rejected with its line, and the other rows are imported',
    async (_name, wrong, code, detail = /./) => {
      const done = await importFile(
        Buffer.concat(
          [line, '\n', wrong, '\r\n', JSON.stringify(row('OK-2'))].map((part) => Buffer.from(part)),
        ),
      )
      expect(done).toMatchObject({ rows: { read: 3, failed: 1 }, products: { created: 2 } })
      expect(await errorsOf(done)).toMatchObject([{ line: 2, code, detail: expect.stringMatching(detail) }])
    },
  )

  test('all faults of a row are named at once, also undeclared attributes and price lists', async () => {
    const wrong = {
      category: 'nowhere',
      stock: -1,
      attributes: { size: 1, color: 5 },
      prices: { free: 0, 'retail-idr': -5 },
    }
    const [error] = await errorsOf(await importFile(JSON.stringify(row('X', wrong))))
    expect(error?.faults.map(({ column, code }) => `${column} ${code}`).toSorted()).toEqual([
      'attributes.color attribute_rejected',
      'attributes.size attribute_rejected',
      'category unknown_reference',
      'prices.free unknown_reference',
      'prices.retail-idr validation_failed',
      'stock validation_failed',
    ])
  })

  test('what a new product lacks is named beside the other faults of its row', async () => {
    await importFile(ndjson(row('KNOWN')))
    const columnsOf = async (query: string, ...rows: object[]) =>
      (await errorsOf(await importFile(ndjson(...rows), undefined, query))).map(({ faults }) =>
        faults.map(({ column }) => column).join(' '),
      )
    const rows = [
      { sku: 'NEW', stock: -1 },
      { sku: 'NEW-2' },
      { sku: 'NEW-3', stock: -1, title: { id: 'x' } },
      { sku: 'NEW-4', stock: -1, product: 'x' },
      { sku: 'KNOWN', stock: -1 },
    ]
    expect(await columnsOf('', ...rows)).toEqual([
      'stock title category',
      'title category',
      'stock category',
      // Another row may give its product the rest.
      'stock',
      'stock',
    ])
    expect(await columnsOf('?category=phones', ...rows.slice(0, 2))).toEqual(['stock title', 'title'])
    expect(await columnsOf('?mode=replace', ...rows.slice(-1))).toEqual(['stock title category'])
  })

  test('a row of thousands of faults names twenty', async () => {
    const done = await importFile(
      JSON.stringify(row('X', Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`f${at}`, 1])))),
    )
    expect((await errorsOf(done))[0]?.faults).toHaveLength(20)
  })

  test('a SKU of another product, and one of a deleted product', async () => {
    await importFile(ndjson(row('A-1'), row('B-1'), row('C-1')))
    const idOf = async (sku: string) =>
      (await get(`/v1/products/search?q=${sku}`)).json<{ items: { id: string }[] }>().items[0]?.id
    await catalog.deps.db.execute(sql`update products set deleted_at = now() where id = ${await idOf('C-1')}`)
    const done = await importFile(ndjson(row('A-1', { product: await idOf('B-1') }), row('C-1')))
    expect((await errorsOf(done)).map(({ code }) => code)).toEqual(['sku_exists', 'product_deleted'])
  })

  test('more SKUs than a product may have, including its existing ones', async () => {
    const family = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...row('A'), sku: `A-${from + index}`, product: 'x' }))
    const first = await importFile(ndjson(...family(1, 102), { sku: 'A-1', product: 'x' }))
    expect(first).toMatchObject({ rows: { failed: 3 }, products: { created: 1 } })
    expect(await errorsOf(first)).toMatchObject([
      {
        line: 101,
        code: 'too_many_skus',
        detail: 'A product has at most 100 SKUs, and A-101 is beyond that',
      },
      { line: 102, code: 'too_many_skus', detail: expect.any(String) },
      { line: 103, code: 'duplicate_sku', detail: expect.any(String) },
    ])
    await catalog.deps.db.execute(sql`delete from skus where sku in ('A-7', 'A-8')`)
    const second = await importFile(ndjson({ sku: 'A-1', product: 'x', stock: 1 }, ...family(101, 3)))
    expect(second).toMatchObject({ rows: { failed: 1 }, products: { created: 0, updated: 1 } })
    expect(await errorsOf(second)).toMatchObject([{ line: 4, code: 'too_many_skus' }])
  })

  test('a second name for one product; rows without a name may belong to any product', async () => {
    await importFile(ndjson(row('A-1')))
    const [id] = await ids()
    await importFile(ndjson({ sku: 'A-2', product: id }))
    const done = await importFile(
      ndjson(
        { sku: 'A-1', product: 'x' },
        { sku: 'A-2', product: 'y' },
        { sku: 'A-3', product: 'y' },
        { sku: 'A-4', product: 'x' },
      ),
    )
    expect(await errorsOf(done)).toMatchObject([
      { line: 2, code: 'duplicate_product', detail: 'The product of A-2 already has the name x' },
      { line: 3, code: 'duplicate_product', detail: 'The product of A-3 already has the name x' },
    ])
    expect(done).toMatchObject({ products: { created: 0, updated: 1 } })
    const nameless = await importFile(ndjson({ sku: 'A-1' }, { sku: 'A-2' }, { sku: 'A-4' }))
    expect(nameless).toMatchObject({ rows: { failed: 0 }, products: { created: 0, unchanged: 1 } })
    expect(
      await errorsOf(await importFile(ndjson({ sku: 'A-1', product: 'y' }, { sku: 'A-2' }))),
    ).toMatchObject([
      { line: 1, sku: 'A-1', code: 'duplicate_product', detail: 'The product of A-1 already has the name x' },
    ])
  })

  test('beyond the first 10,000, errors are counted but not listed', async () => {
    const done = await importFile(`${'x\n'.repeat(10_050)}${JSON.stringify(row('A', { category: 'x' }))}`)
    expect(done).toMatchObject({ state: 'failed', rows: { read: 10_051, failed: 10_051 } })
    expect(await catalog.deps.db.$count(importErrors)).toBe(10_000)
  })

  test('errors are listed in pages, forwards and back', async () => {
    const done = await importFile(Array.from({ length: 45 }, () => 'x').join('\n'))
    expect(done).toMatchObject({ state: 'failed', rows: { read: 45, failed: 45 } })
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
