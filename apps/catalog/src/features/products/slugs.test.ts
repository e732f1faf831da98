import { describe, expect, test } from 'vitest'
import { publishedEvents, sendAtOnce } from '../../../test/editor.ts'
import { useProductWriter } from '../../../test/product-writer.ts'
import type { Product } from './schemas.ts'

const { catalog, ask, create, created, fields, count, categoryId } = await useProductWriter()
const bySlug = (slug: string, headers: Record<string, string> = {}) =>
  ask('GET', `/products/by-slug/${slug}`, undefined, headers)
const any = { 'if-match': '*' }
// Without a brand: products that create the same brand wait for each other.
const titled = (en: string) => ({ title: { en, id: 'Barang' }, brand: null, skus: [] })
const slugs = async () => {
  const { rows } = await catalog.deps.pool.query<{ slug: string }>('select slug from product_slugs')
  return rows.map(({ slug }) => slug)
}

describe('the slug of a new product', () => {
  test.each([
    ['Men’s Cotton Shirt', 'mens-cotton-shirt'],
    ['  Crème brûlée & café (2 × 100 g) ', 'creme-brulee-cafe-2-100-g'],
    ['WD-40', 'wd-40'],
    ['كتاب', 'product'],
    ['!!!', 'product'],
    [`${'a'.repeat(79)} b`, 'a'.repeat(79)],
    ['x'.repeat(300), 'x'.repeat(80)],
  ])('with the title %j is %s', async (title, slug) => {
    expect((await created(titled(title))).slug).toBe(slug)
  })

  test('stays when the title changes, and reads the product with its ETag', async () => {
    const { id, slug } = await created(titled('Cotton shirt'))
    const title = { en: 'Linen trousers', id: 'Celana linen' }
    expect((await ask('PATCH', `/products/${id}`, { title }, any)).json()).toMatchObject({ slug })
    expect((await ask('PUT', `/products/${id}`, fields({ title }), any)).json()).toMatchObject({ slug })
    expect((await ask('PATCH', `/products/${id}`, { slug: null }, any)).json()).toMatchObject({ slug })
    const [read, byId] = [await bySlug(slug), await ask('GET', `/products/${id}`)]
    expect(read.json()).toEqual(byId.json())
    expect(read.headers.etag).toBe(byId.headers.etag)
    expect((await bySlug(slug, { 'if-none-match': read.headers.etag ?? '' })).statusCode).toBe(304)
    expect((await ask('GET', '/products')).json()).toMatchObject({ items: [{ id, slug }] })
    expect((await ask('GET', '/products/search?q=linen')).json()).toMatchObject({ items: [{ id, slug }] })
  })

  test('gets a suffix when it is taken: of ten products with one title at once, one has the plain slug', async () => {
    const responses = await sendAtOnce(Array.from({ length: 10 }, () => () => create(titled('Cotton shirt'))))
    expect(new Set(responses.map(({ statusCode }) => statusCode))).toEqual(new Set([201]))
    const made = responses.map((response) => response.json<Product>())
    expect(new Set(made.map(({ slug }) => slug)).size).toBe(made.length)
    expect(made.filter(({ slug }) => slug === 'cotton-shirt')).toHaveLength(1)
    for (const { id, slug } of made) {
      expect(slug).toMatch(/^cotton-shirt(?:-[0-9a-f]{12})?$/)
      expect((await bySlug(slug)).json()).toMatchObject({ id })
    }
  })

  test('is unique among products that one statement inserts', async () => {
    await catalog.deps.pool.query(
      `insert into products (category_id, title_en, title_id, created_at, updated_at)
      select $1, case when n % 2 = 0 then 'Cotton shirt' else 'Shirt ' || n end, 'x', now(), now()
      from generate_series(1, 1000) as n`,
      [categoryId()],
    )
    const given = await slugs()
    expect([given.length, new Set(given).size]).toEqual([1_000, 1_000])
    expect(given).toEqual(expect.arrayContaining(['cotton-shirt', 'shirt-999']))
  })
})

describe('a slug that a client sends', () => {
  test('replaces the old one, and belongs to one product', async () => {
    const { id } = await created({ ...titled('Cotton shirt'), slug: 'summer-shirt' })
    expect(await slugs()).toEqual(['summer-shirt'])
    expect((await ask('PATCH', `/products/${id}`, { slug: 'linen-shirt' }, any)).json()).toMatchObject({
      id,
      slug: 'linen-shirt',
    })
    // Its own slug is not a conflict.
    expect((await ask('PATCH', `/products/${id}`, { slug: 'linen-shirt' }, any)).statusCode).toBe(200)
    expect((await bySlug('summer-shirt')).json()).toMatchObject({ status: 404, code: 'product_not_found' })
    expect((await create({ ...titled('Trousers'), slug: 'linen-shirt' })).json()).toMatchObject({
      status: 409,
      code: 'slug_exists',
    })
    expect(await count('products')).toBe(1)
  })

  test('that is taken changes nothing', async () => {
    await created({ ...titled('Trousers'), slug: 'taken' })
    const before = await created(titled('Cotton shirt'))
    const response = await ask('PATCH', `/products/${before.id}`, { slug: 'taken', rating: 1 }, any)
    expect(response.json()).toMatchObject({ status: 409, code: 'slug_exists' })
    expect((await bySlug('cotton-shirt')).json()).toEqual(before)
    expect(await publishedEvents(catalog)).toEqual(['product_created', 'product_created'])
  })

  test('is free again after its product was deleted', async () => {
    const { id, slug } = await created(titled('Cotton shirt'))
    await ask('DELETE', `/products/${id}`, undefined, any)
    expect((await bySlug(slug)).statusCode).toBe(404)
    expect((await created(titled('Cotton shirt'))).slug).toBe(slug)
  })

  test('goes to one of ten requests at once, and the others are 409', async () => {
    const responses = await sendAtOnce(
      Array.from({ length: 10 }, (_, n) => () => create({ ...titled(`Shirt ${n}`), slug: 'wanted' })),
    )
    expect(responses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array(responses.length - 1).fill(409),
    ])
    expect(await slugs()).toEqual(['wanted'])
  })

  test.each(['', 'Shirt', 'a b', '-a', 'a-', 'a--b', 'a/b', '../a', 'a%00', 'ä', 'x'.repeat(101)])(
    '%j is 400',
    async (slug) => {
      expect((await create({ ...titled('Shirt'), slug })).json()).toMatchObject({ code: 'validation_failed' })
      expect(await count('products')).toBe(0)
    },
  )

  test('in a URL is 400 when no product can have it', async () => {
    for (const slug of ['A', 'a%00', 'a%2Fb'])
      expect((await bySlug(slug)).json(), slug).toMatchObject({ status: 400, code: 'validation_failed' })
  })
})
