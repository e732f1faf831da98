import { describe, expect, test } from 'vitest'
import { publishedEvents, sendAtOnce } from '../../../test/editor.ts'
import { price, useProductWriter } from '../../../test/product-writer.ts'
import type { Product } from './schemas.ts'

const { backend, catalog, ask, create, created, fields, found, count, categoryId } = await useProductWriter()

describe('a new product', () => {
  test('is available at once: by its address, its ETag, its SKU, in search and in filters', async () => {
    const response = await create()
    const product = response.json<Product>()
    expect(response.headers).toMatchObject({
      location: `${catalog.deps.config.PUBLIC_URL}/v1/products/${product.id}`,
      etag: '"1"',
    })
    const read = await catalog.app.inject(`/v1/products/${product.id}`)
    expect(read.json()).toEqual(product)
    expect(product).toMatchObject({
      brand: { name: 'Senja' },
      attributes: { color: 'navy', weight_g: 210 },
      skus: [{ sku: 'KMJ-204', stock: 3, prices: price(12_990_000) }],
    })
    expect(await found('kemeja', '&inStock=true&minPrice=12990000&maxPrice=12990000')).toEqual([product.id])
    expect(await publishedEvents(catalog)).toEqual(['product_created'])
  })

  test('accepts any spelling of a brand; a new name creates a brand', async () => {
    const [first, second, none] = [
      await created(),
      await created({ brand: 'SENJA', skus: [] }),
      await created({ brand: null, skus: [] }),
    ]
    expect(second.brand).toEqual(first.brand)
    expect(none.brand).toBeNull()
    const brands = await Promise.all(Array.from({ length: 5 }, () => created({ brand: 'Baru', skus: [] })))
    expect(new Set(brands.map(({ brand }) => brand?.id)).size).toBe(1)
  })

  test('is created once for the same Idempotency-Key, and the response is the first one', async () => {
    const key = { 'idempotency-key': 'k-1' }
    const responses = await Promise.all(Array.from({ length: 8 }, () => create({}, key)))
    const [first] = responses
    expect(first?.statusCode, first?.body).toBe(201)
    for (const response of responses) {
      expect(response.body).toBe(first?.body)
      expect(response.headers['location']).toBe(first?.headers['location'])
    }
    const replayed = responses.filter(({ headers }) => headers['idempotent-replayed'] === 'true')
    expect(replayed).toHaveLength(responses.length - 1)
    expect(await count('products')).toBe(1)
    expect(await publishedEvents(catalog)).toEqual(['product_created'])
    const other = await create({ brand: 'Fajar' }, key)
    expect(other.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
  })

  test('that fails changes nothing, and its Idempotency-Key is free', async () => {
    const key = { 'idempotency-key': 'k-1' }
    const twice = [{ sku: 'A-1' }, { sku: 'A-1' }]
    expect((await create({ skus: twice }, key)).json()).toMatchObject({ status: 409, code: 'sku_exists' })
    const list = [{ sku: 'A-1', prices: [{ amount: 1, currency: 'USD', priceList: 'retail-idr' }] }]
    expect((await create({ skus: list }, key)).json()).toMatchObject({
      status: 422,
      code: 'unknown_reference',
    })
    for (const table of ['products', 'brands', 'skus', 'product_search', 'outbox', 'idempotency_keys'])
      expect(await count(table), table).toBe(0)
    expect((await create({}, key)).statusCode).toBe(201)
  })

  test('with undeclared attributes, or values of another type, is 422 and names them', async () => {
    const response = await create({
      attributes: { color: 1, weight_g: '210', cut: 'slim', constructor: 'x' },
    })
    expect(response.json()).toMatchObject({
      status: 422,
      code: 'attribute_rejected',
      errors: [
        { pointer: '/body/attributes/color', code: 'wrong_type' },
        { pointer: '/body/attributes/weight_g', code: 'wrong_type' },
        { pointer: '/body/attributes/cut', code: 'not_declared' },
        { pointer: '/body/attributes/constructor', code: 'not_declared' },
      ],
    })
  })
})

describe('a change', () => {
  test('PUT replaces all but the SKUs; an absent field gets its default', async () => {
    const { id } = await created({ description: { en: 'Soft', id: 'Lembut' }, rating: 4.5 })
    const body = { title: { en: 'Linen trousers', id: 'Celana linen' }, categoryId: categoryId() }
    const response = await ask('PUT', `/products/${id}`, body, { 'if-match': '"1"' })
    expect(response.headers.etag).toBe('"2"')
    expect(response.json()).toMatchObject({
      title: body.title,
      version: 2,
      brand: null,
      description: { en: '', id: '' },
      attributes: {},
      rating: null,
      skus: [{ sku: 'KMJ-204', prices: price(12_990_000) }],
    })
    expect([await found('kemeja'), await found('trousers')]).toEqual([[], [id]])
  })

  test('PATCH merges: it changes the named fields, null resets one, the rest stays', async () => {
    const { id, ...before } = await created({ rating: 4.5 })
    const patch = { title: { en: 'Linen shirt' }, attributes: { color: null }, rating: null }
    const response = await ask('PATCH', `/products/${id}`, patch, { 'if-match': '"1"' })
    expect(response.json()).toEqual({
      ...before,
      id,
      version: 2,
      title: { en: 'Linen shirt', id: 'Kemeja katun' },
      attributes: { weight_g: 210 },
      rating: null,
      updatedAt: backend.clock().toISOString(),
    })
    expect(await found('linen', '&attributes=color=navy')).toEqual([])
    expect(await publishedEvents(catalog)).toEqual(['product_created', 'product_updated'])
  })

  test.each([
    [{ title: null }, '/body/title'],
    [{ title: { en: '' } }, '/body/title/en'],
    [{ title: { en: null } }, '/body/title/en'],
    [{ title: { id: ' ' } }, '/body/title/id'],
    [{ rating: 6 }, '/body/rating'],
    [{ brand: '!!!' }, '/body/brand'],
    [{ description: { en: 'a\u0000' } }, '/body/description/en'],
    [{ skus: [] }, '/body'],
    [{ attributes: { 'a b': 1 } }, '/body/attributes'],
  ])('PATCH with %j is 400 and points at %s', async (patch, pointer) => {
    const { id } = await created()
    const response = await ask('PATCH', `/products/${id}`, patch, { 'if-match': '*' })
    expect(response.statusCode, response.body).toBe(400)
    const { errors } = response.json<{ errors: { pointer: string }[] }>()
    expect(errors.map((error) => error.pointer).join()).toContain(pointer)
  })

  test.each(['"1"', '"9", "1"', 'W/"9", "1"', '*'])(
    'If-Match: %s is the version that was read',
    async (header) => {
      const { id } = await created()
      const response = await ask('PATCH', `/products/${id}`, { rating: 1 }, { 'if-match': header })
      expect(response.statusCode, response.body).toBe(200)
    },
  )

  test.each(['"2"', '"01"', '"abc"', '""', 'W/"1"', '"9", W/"1"'])(
    'If-Match: %s is not: 412, nothing changes',
    async (header) => {
      const { id } = await created()
      const response = await ask('PATCH', `/products/${id}`, { rating: 1 }, { 'if-match': header })
      expect(response.json()).toMatchObject({ status: 412, code: 'precondition_failed' })
      expect((await ask('GET', `/products/${id}`)).json()).toMatchObject({ version: 1, rating: null })
    },
  )

  test('of 20 at once with the same If-Match, one succeeds and the others are 412', async () => {
    const { id } = await created()
    const responses = await sendAtOnce(
      Array.from(
        { length: 20 },
        (_, n) => () => ask('PATCH', `/products/${id}`, { popularity: n + 1 }, { 'if-match': '"1"' }),
      ),
    )
    const winners = responses.filter(({ statusCode }) => statusCode === 200)
    expect(winners).toHaveLength(1)
    expect(responses.filter(({ statusCode }) => statusCode === 412)).toHaveLength(responses.length - 1)
    expect((await ask('GET', `/products/${id}`)).json()).toEqual(winners[0]?.json())
    expect(await publishedEvents(catalog)).toEqual(['product_created', 'product_updated'])
  })
})

test.each([[{ en: 'Soft' }], [{ id: 'Lembut' }]])(
  'a description may be in one language: %j',
  async (description) => {
    const { id, description: stored } = await created({ description })
    expect(stored).toEqual({ en: '', id: '', ...description })
    const replaced = await ask('PUT', `/products/${id}`, fields({ description }), { 'if-match': '*' })
    expect(replaced.json<Product>().description).toEqual({ en: '', id: '', ...description })
  },
)
