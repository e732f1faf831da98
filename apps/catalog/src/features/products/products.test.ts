import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'
import { findListed } from './repository.ts'

const { ask, catalog, shop } = await useCatalog()

describe('reading', () => {
  test('a product comes with brand, category, SKUs, prices and its version as ETag', async () => {
    const id = await shop.product({
      title: { en: 'Cotton shirt', id: 'Kemeja katun' },
      brandId: await shop.brand('Senja'),
      categoryId: await shop.category('fashion', { en: 'Fashion', id: 'Busana' }),
      sku: 'KMJ-204',
      priceIdr: 12_990_000,
      priceUsd: 899,
    })
    const response = await catalog.app.inject(`/v1/products/${id}`)
    expect(response.statusCode, response.body).toBe(200)
    expect(response.headers.etag).toMatch(/^"1:[\w-]+"$/)
    expect(response.json()).toMatchObject({
      title: { en: 'Cotton shirt', id: 'Kemeja katun' },
      brand: { name: 'Senja' },
      category: { slugPath: 'fashion' },
      skus: [
        {
          sku: 'KMJ-204',
          prices: [
            { amount: 12_990_000, currency: 'IDR', priceList: 'retail-idr' },
            { amount: 899, currency: 'USD', priceList: 'retail-usd' },
          ],
        },
      ],
    })
  })

  test('404 for an unknown id, 400 for an invalid one', async () => {
    const unknown = await catalog.app.inject('/v1/products/01936f0e-8a3c-7cc2-9d1e-000000000000')
    expect(unknown.json()).toMatchObject({ status: 404, code: 'product_not_found' })
    expect((await catalog.app.inject('/v1/products/x')).json()).toMatchObject({
      status: 400,
      code: 'validation_failed',
    })
  })
})

test.each(
  ['/products/search?q=x', '/products/suggest', '/products/export'].flatMap((path) =>
    (['PUT', 'PATCH', 'DELETE'] as const).map((method) => [method, path] as const),
  ),
)('%s %s is 405: the path is not that of a product', async (method, path) => {
  const response = await ask(method, path, {}, { 'if-match': '*' })
  expect(response.json()).toMatchObject({ status: 405, code: 'method_not_allowed' })
  expect(response.headers.allow).toBe('GET, HEAD, OPTIONS')
})

test('products for lists are read by any number of ids', async () => {
  const id = await shop.product({ title: 'Shirt', categoryId: await shop.category('all') })
  const unknown = Array.from({ length: 70_000 }, () => randomUUID())
  const listed = await findListed(catalog.deps.db, [...unknown, id], { currency: 'IDR' })
  expect(listed.map((product) => product.id)).toEqual([id])
})

describe('the search row', () => {
  test('has words, joined words, stems beside them, and the prices of the searched lists', async () => {
    await shop.product({
      title: { en: 'WD-40 shirts 16GB AT&T', id: 'Kemeja WD-40' },
      categoryId: await shop.category('fashion', { en: 'Fashion', id: 'Busana' }),
      priceIdr: 500,
      stock: 0,
    })
    const { rows } = await catalog.deps.db.execute<{
      lexemes: string[]
      offers: object[]
    }>(sql`select tsvector_to_array(search) as lexemes, to_jsonb(offers) as offers from product_search`)
    expect(rows[0]?.offers).toMatchObject([{ prices: { IDR: 500 }, in_stock: false, terms: [] }])
    expect(rows[0]?.lexemes).toEqual(
      expect.arrayContaining(
        'wd 40 wd40 shirts en:shirt 16 gb 16gb at t att kemeja id:meja busana'.split(' '),
      ),
    )
  })
})
