import { describe, expect, test } from 'vitest'
import { createEditor } from '../../../test/editor.ts'
import { ndjson, row, useImports } from '../../../test/import-requests.ts'
import type { Product } from '../products/schemas.ts'

const { backend, catalog, importFile, errorsOf, csvErrors, stored, exported, versions } = await useImports()
const ask = createEditor(backend, () => catalog)
const csv = (file: string, query?: string) => importFile(file, 'text/csv', query)

const url = 'https://x.example/1.jpg'
const bare = { alt: '', width: null, height: null }
const front = { url, alt: 'Front, "left"', width: 10, height: 20 }
const shown = ndjson(
  row('A-1', {
    product: 'a',
    slug: 'best-phone',
    images: [front, { url: `${url}?2` }],
    prices: { 'retail-idr': 500, 'retail-usd': 5 },
    compareAtPrices: { 'retail-idr': 900 },
  }),
  { sku: 'A-2', product: 'a', prices: { 'retail-idr': 700 }, compareAtPrices: { 'retail-idr': 701 } },
  row('B-1'),
)
const productOf = async (sku: string) => (await ask('GET', `/products/by-sku/${sku}`)).json<Product>()

describe('images, slugs and struck-through prices', () => {
  test.each(['csv', 'ndjson'] as const)(
    'an export as %s imports unchanged, and into an empty catalog too',
    async (format) => {
      await importFile(shown)
      const [before, known] = [await stored(), await versions()]
      expect(before).toMatchObject({
        'A-1': {
          slug: 'best-phone',
          images: [front, { url: `${url}?2`, ...bare }],
          compareAtPrices: { 'retail-idr': 900 },
        },
        'A-2': { slug: 'best-phone', compareAtPrices: { 'retail-idr': 701 } },
        'B-1': { slug: 'phone-b-1', images: [], compareAtPrices: {} },
      })
      const file = await exported(format)
      const type = format === 'csv' ? 'text/csv' : undefined
      for (const query of ['', '?mode=replace']) {
        expect(await importFile(file, type, query)).toMatchObject({
          rows: { failed: 0 },
          products: { created: 0, updated: 0, unchanged: 2 },
        })
        expect(await versions()).toEqual(known)
      }
      for (const sku of ['A-1', 'B-1'])
        await ask('DELETE', `/products/${(await productOf(sku)).id}`, undefined, { 'if-match': '*' })
      expect(await stored()).toEqual({})
      await importFile(file, type)
      const renamed = Object.entries(before).map(([sku, each]) => [
        sku,
        { ...each, product: expect.any(String) },
      ])
      expect(await stored()).toEqual(Object.fromEntries(renamed))
    },
  )

  test('a file without their columns leaves them, an empty cell clears them, and mode=replace too', async () => {
    await importFile(shown)
    const before = await stored()
    await csv('sku,stock\nA-1,4\n')
    expect((await stored())['A-1']).toEqual({ ...before['A-1'], stock: 4 })
    await csv('sku,images,compareAtPrices.retail-idr,slug\nA-1,,,\n')
    const cleared = { images: [], compareAtPrices: {}, slug: 'best-phone' }
    expect((await stored())['A-1']).toMatchObject(cleared)
    await importFile(shown)
    await importFile(ndjson(row('A-1', { prices: { 'retail-idr': 500 } })), undefined, '?mode=replace')
    expect((await stored())['A-1']).toMatchObject(cleared)
  })

  test('images are URLs with spaces between them, or a JSON array', async () => {
    const file = `sku;title.en;category;images\nA;x;phones;${url} https://x.example/ä b.jpg\nB;x;phones;"[{""url"":""${url}""}"\nC;x;phones;front.jpg\nD;x;phones;${url}, ${url}?2\n`
    expect(await csvErrors(file)).toEqual([
      '2 A images: must be an http or https URL, percent-encoded',
      '2 A images: must be a URL',
      '3 B images: must be URLs with spaces between them, or a JSON array',
      '4 C images: must be an http or https URL, percent-encoded',
      '4 C images: must be a URL',
    ])
    const images = [url, `${url}?2`].map((each) => ({ url: each, ...bare }))
    expect(await stored()).toEqual({ D: expect.objectContaining({ images }) })
  })
})

describe('a struck-through price', () => {
  test('may be a decimal amount', async () => {
    await csv('sku,title.en,category,price.usd,compareAtPrice.USD\nA,x,phones,9.50,12\n')
    expect((await productOf('A')).skus[0]?.prices).toEqual([
      { amount: 950, currency: 'USD', priceList: 'retail-usd', compareAtAmount: 1_200 },
    ])
  })

  test('is dropped when it is not higher than the price, and changes alone when it is', async () => {
    await importFile(shown)
    const higher = async (amount: number) => {
      await importFile(ndjson({ sku: 'A-1', compareAtPrices: { 'retail-idr': amount } }))
      return (await stored())['A-1']?.compareAtPrices
    }
    expect(await higher(501)).toEqual({ 'retail-idr': 501 })
    expect(await higher(500)).toEqual({})
    expect(await higher(800)).toEqual({ 'retail-idr': 800 })
    await importFile(ndjson({ sku: 'A-1', prices: { 'retail-idr': 800 } }))
    expect((await stored())['A-1']).toMatchObject({ prices: { 'retail-idr': 800 }, compareAtPrices: {} })
  })
})

describe('a slug', () => {
  test('of a new product wins over one that the titles of others would give', async () => {
    await importFile(ndjson(row('A', { title: { en: 'Phone' } }), row('B', { slug: 'phone' })))
    expect(await stored()).toMatchObject({
      A: { slug: expect.stringMatching(/^phone-[0-9a-f]{12}$/) },
      B: { slug: 'phone' },
    })
  })

  test('of a known product changes, with its version', async () => {
    await importFile(shown)
    const { version } = await productOf('A-1')
    expect(await importFile(ndjson({ sku: 'A-1', slug: 'other' }))).toMatchObject({
      products: { updated: 1 },
    })
    expect(await productOf('A-1')).toMatchObject({ slug: 'other', version: version + 1 })
    expect((await ask('GET', '/products/by-slug/best-phone')).statusCode).toBe(404)
  })

  test('of another product, or of an earlier row of another one, is an error', async () => {
    await importFile(shown)
    const done = await importFile(
      ndjson(
        { sku: 'B-1', slug: 'best-phone' },
        row('C-1', { slug: 'new-phone' }),
        row('C-2', { slug: 'new-phone' }),
        row('C-3', { slug: 'No Slug' }),
      ),
    )
    expect(
      (await errorsOf(done)).map(({ line, code, faults }) => `${line} ${code} ${faults[0]?.column}`),
    ).toEqual(['1 slug_exists slug', '3 slug_exists slug', '4 validation_failed slug'])
    expect(Object.keys(await stored()).toSorted()).toEqual(['A-1', 'A-2', 'B-1', 'C-1'])
  })
})
