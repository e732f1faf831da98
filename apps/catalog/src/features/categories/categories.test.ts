import { type ResponseCase, waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { publishedEvents, sendAtOnce } from '../../../test/editor.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import type { Product } from '../products/schemas.ts'
import type { Category } from './schemas.ts'

const { backend, catalog, shop, ask } = await useCatalog()

const unknownId = '01936f0e-8a3c-7cc2-9d1e-000000000000'
const any = { 'if-match': '*' }
const create = (slug: string, parentId: string | null = null) =>
  ask('POST', '/categories', { slug, name: { en: slug, id: slug }, parentId })
async function created(slug: string, parentId: string | null = null): Promise<Category> {
  const response = await create(slug, parentId)
  expect(response.statusCode, response.body).toBe(201)
  return response.json<Category>()
}
const patch = (id: string, body: object | string, headers: Record<string, string> = any) =>
  ask('PATCH', `/categories/${id}`, body, headers)
const remove = (id: string, headers: Record<string, string> = any) =>
  ask('DELETE', `/categories/${id}`, undefined, headers)
const addProduct = (categoryId: string, title: string) =>
  ask('POST', '/products', { title: { en: title, id: title }, categoryId })
async function paths(): Promise<string[]> {
  const { items } = (await ask('GET', '/categories?limit=100')).json<{ items: Category[] }>()
  return items.map(({ slugPath }) => slugPath)
}
async function found(q: string): Promise<number> {
  const response = await catalog.app.inject(`/v1/products/search?q=${encodeURIComponent(q)}`)
  expect(response.statusCode, response.body).toBe(200)
  return response.json<{ total: { value: number } }>().total.value
}

describe('every documented response', () => {
  const stale = { 'if-match': '"7"' }
  const form = { 'content-type': 'text/csv' }
  const viewer = () => asRole(backend, 'viewer')
  const huge = { name: { en: 'x'.repeat(2_000_000) } }
  const deep = { slug: 'deep', name: { en: 'Deep', id: 'Dalam' } }
  let id: string
  beforeEach(async () => {
    id = await shop.category('fashion')
  })
  const cases: ResponseCase[] = [
    ['GET /v1/categories 200', () => ask('GET', '/categories')],
    ['GET /v1/categories 304', () => ask('GET', '/categories', undefined, { 'if-none-match': '*' })],
    ['GET /v1/categories 400 validation_failed', () => ask('GET', '/categories?limit=0')],
    ['POST /v1/categories 201', () => create('shirts')],
    ['POST /v1/categories 400 validation_failed', () => create('Shirts and ties')],
    ['POST /v1/categories 401 missing_token', () => ask('POST', '/categories', {}, { authorization: '' })],
    [
      'POST /v1/categories 403 insufficient_scope',
      async () => ask('POST', '/categories', {}, await viewer()),
    ],
    ['POST /v1/categories 409 category_exists', () => create('fashion')],
    ['POST /v1/categories 413 payload_too_large', () => ask('POST', '/categories', huge)],
    ['POST /v1/categories 415 unsupported_media_type', () => ask('POST', '/categories', 'a', form)],
    [
      'POST /v1/categories 422 unknown_reference',
      () => ask('POST', '/categories', { ...deep, parentId: unknownId }),
    ],
    ['PATCH /v1/categories/{id} 200', () => patch(id, {})],
    ['PATCH /v1/categories/{id} 400 validation_failed', () => patch(id, { slugPath: 'a' })],
    ['PATCH /v1/categories/{id} 400 validation_failed', () => patch(id, { name: { en: ' ' } })],
    ['PATCH /v1/categories/{id} 401 missing_token', () => patch(id, {}, { ...any, authorization: '' })],
    [
      'PATCH /v1/categories/{id} 403 insufficient_scope',
      async () => patch(id, {}, { ...any, ...(await viewer()) }),
    ],
    ['PATCH /v1/categories/{id} 404 category_not_found', () => patch(unknownId, {})],
    ['PATCH /v1/categories/{id} 409 category_cycle', () => patch(id, { parentId: id })],
    ['PATCH /v1/categories/{id} 412 precondition_failed', () => patch(id, {}, stale)],
    ['PATCH /v1/categories/{id} 413 payload_too_large', () => patch(id, huge)],
    ['PATCH /v1/categories/{id} 415 unsupported_media_type', () => patch(id, 'a', { ...any, ...form })],
    ['PATCH /v1/categories/{id} 422 unknown_reference', () => patch(id, { parentId: unknownId })],
    ['PATCH /v1/categories/{id} 428 precondition_required', () => patch(id, {}, {})],
    ['DELETE /v1/categories/{id} 204', () => remove(id)],
    ['DELETE /v1/categories/{id} 400 validation_failed', () => remove('x')],
    ['DELETE /v1/categories/{id} 401 missing_token', () => remove(id, { ...any, authorization: '' })],
    [
      'DELETE /v1/categories/{id} 403 insufficient_scope',
      async () => remove(id, { ...any, ...(await viewer()) }),
    ],
    ['DELETE /v1/categories/{id} 404 category_not_found', () => remove(unknownId)],
    [
      'DELETE /v1/categories/{id} 409 category_in_use',
      async () => {
        await shop.product({ title: 'Shirt', categoryId: id })
        return remove(id)
      },
    ],
    ['DELETE /v1/categories/{id} 412 precondition_failed', () => remove(id, stale)],
    ['DELETE /v1/categories/{id} 428 precondition_required', () => remove(id, {})],
  ]
  testResponses('categories', cases, async ({ statusCode }) => {
    // A failed request changes nothing.
    if (statusCode >= 400) expect(await publishedEvents(catalog)).toEqual([])
  })
})

describe('the tree', () => {
  test('categories are listed by path, page by page and back', async () => {
    const fashion = await created('fashion')
    const men = await created('men', fashion.id)
    await created('shirts', men.id)
    await created('books')
    expect(await paths()).toEqual(['books', 'fashion', 'fashion/men', 'fashion/men/shirts'])
    const page = async (query: string) =>
      (await ask('GET', `/categories?limit=2${query}`)).json<{
        items: Category[]
        page: { next: string | null; prev: string | null }
      }>()
    const first = await page('')
    const second = await page(`&cursor=${first.page.next}`)
    expect([...first.items, ...second.items].map(({ slugPath }) => slugPath)).toEqual(await paths())
    expect((await page(`&cursor=${second.page.prev}`)).items).toEqual(first.items)
  })

  test('a category moves with all below it; versions show which paths changed', async () => {
    const fashion = await created('fashion')
    const men = await created('men', fashion.id)
    const shirts = await created('shirts', men.id)
    const moved = await patch(men.id, { parentId: null, slug: 'gentlemen' }, { 'if-match': '"1"' })
    expect(moved.json()).toEqual({ ...men, parentId: null, slugPath: 'gentlemen', version: 2 })
    expect(moved.headers.etag).toBe('"2"')
    expect(await paths()).toEqual(['fashion', 'gentlemen', 'gentlemen/shirts'])
    expect((await patch(shirts.id, {}, { 'if-match': '"1"' })).statusCode).toBe(412)
    await patch(men.id, { name: { en: 'Gentlemen' } })
    expect((await patch(shirts.id, {}, { 'if-match': '"2"' })).statusCode).toBe(200)
    expect((await patch(men.id, { slug: 'fashion' })).json()).toMatchObject({ code: 'category_exists' })
  })

  test('the tree has at most eight levels, also when a branch moves', async () => {
    let parentId: string | null = null
    for (let depth = 1; depth <= 8; depth += 1) parentId = (await created(`d${depth}`, parentId)).id
    expect((await create('d9', parentId)).json()).toMatchObject({ status: 422, code: 'category_too_deep' })
    const [top] = (await ask('GET', '/categories')).json<{ items: Category[] }>().items
    const other = await created('other')
    const response = await patch(top?.id ?? '', { parentId: other.id })
    expect(response.json()).toMatchObject({ status: 422, code: 'category_too_deep' })
    expect((await paths()).filter((path) => path.startsWith('other'))).toEqual(['other'])
  })

  test('two moves at the same time never make a cycle', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [a, b] = [await created(`a${round}`), await created(`b${round}`)]
      const both = await Promise.all([patch(a.id, { parentId: b.id }), patch(b.id, { parentId: a.id })])
      expect(both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409])
    }
  })

  test('a category that has only deleted products can be deleted', async () => {
    const { id } = await created('fashion')
    const product = (await addProduct(id, 'Shirt')).json<Product>()
    expect((await remove(id)).statusCode).toBe(409)
    await ask('DELETE', `/products/${product.id}`, undefined, any)
    expect((await remove(id)).statusCode).toBe(204)
    expect((await ask('GET', `/products/${product.id}`)).statusCode).toBe(404)
  })

  test('a category is deleted while a product is added to it: only one of the two succeeds', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { id } = await created(`c${round}`)
      const [gone, put] = await Promise.all([remove(id), addProduct(id, 'Shirt')])
      expect([
        [204, 422],
        [409, 201],
      ]).toContainEqual([gone.statusCode, put.statusCode])
    }
  })
})

describe('a rename', () => {
  const delivered = () =>
    waitFor(async () => (await catalog.deps.pool.query('select from outbox')).rowCount === 0, {
      what: 'the outbox to be delivered',
      timeoutMs: 60_000,
    })
  /** The products whose search row changes when everything is rebuilt. */
  async function staleProducts(): Promise<unknown[]> {
    const { db } = catalog.deps
    const read = async () =>
      (
        await db.execute<{ id: string; search: string }>(
          sql`select product_id as id, search::text from product_search order by 1`,
        )
      ).rows
    const before = await read()
    await db.execute(sql`select rebuild_product_search(array(select id from products))`)
    const after = await read()
    return after.filter(({ search }, index) => before[index]?.search !== search)
  }
  beforeAll(() => catalog.background.start())

  test('reaches search for all products below it, and the audit events are stored', async () => {
    const fashion = await created('fashion')
    const shirts = await created('shirts', fashion.id)
    await shop.product({ title: 'Polo', categoryId: shirts.id })
    await shop.product({ title: 'Scarf', categoryId: fashion.id })
    await patch(fashion.id, { name: { en: 'Garments', id: 'Sandang' } })
    await delivered()
    expect([await found('sandang'), await found('garments'), await found('fashion')]).toEqual([2, 2, 0])
    await patch(shirts.id, { parentId: null })
    await delivered()
    expect(await found('sandang')).toBe(1)
    const { rows } = await catalog.deps.pool.query<{ action: string }>(
      `select event->>'action' as action from audit_events where event->'targets'->0->>'id' = any($1) order by id`,
      [[fashion.id, shirts.id]],
    )
    expect(rows.map(({ action }) => action)).toEqual([
      'catalog.category_created',
      'catalog.category_created',
      'catalog.category_updated',
      'catalog.category_updated',
    ])
  })

  test('of a large category is processed batch by batch', async () => {
    const id = await shop.category('fashion', { en: 'Fashion', id: 'Busana' })
    await catalog.deps.pool.query(
      `with made as (
        insert into products (category_id, title_en, title_id, created_at, updated_at)
        select $1, 'Shirt ' || n, 'Kemeja ' || n, now(), now() from generate_series(1, 450) as n returning id
      ) select from made`,
      [id],
    )
    await catalog.deps.pool.query('select rebuild_product_search(array(select id from products))')
    await patch(id, { name: { id: 'Sandang' } })
    await delivered()
    expect(await staleProducts()).toEqual([])
    expect(await found('sandang')).toBe(450)
  })

  test('reaches a product that was being added with the old name', async () => {
    const { id } = await created('fashion')
    const writer = await catalog.deps.pool.connect()
    onTestFinished(() => writer.release(true))
    await writer.query('begin')
    const { rows } = await writer.query<{ id: string }>(
      `insert into products (category_id, title_en, title_id, created_at, updated_at)
       values ($1, 'Polo', 'Polo', now(), now()) returning id`,
      [id],
    )
    await writer.query('select rebuild_product_search($1::uuid[])', [rows.map((row) => row.id)])
    await patch(id, { name: { en: 'Garments', id: 'Sandang' } })
    const waitsOrIsDone = `select where exists (
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    ) or not exists (select from outbox where topic = 'category.renamed')`
    await waitFor(async () => (await catalog.deps.pool.query(waitsOrIsDone)).rowCount === 1, {
      what: 'the fan-out to wait for the writer',
    })
    await writer.query('commit')
    await delivered()
    expect([await found('sandang'), await found('fashion')]).toEqual([1, 0])
  })

  test('while products are created, changed and moved: search ends up equal to the stored data', async () => {
    const root = await created('root')
    const shelves = await Promise.all(['one', 'two', 'three'].map((slug) => created(slug, root.id)))
    const shelf = (n: number) => shelves[n % 3]?.id ?? ''
    const products = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => (await addProduct(shelf(n), `Old ${n}`)).json<Product>()),
    )
    for (let round = 0; round < 3; round += 1) {
      const writes = products.flatMap(({ id }, n) => [
        () => ask('PATCH', `/products/${id}`, { categoryId: shelf(n + round) }, any),
        () => addProduct(shelf(n), `New ${round} ${n}`),
      ])
      const rename = () => patch(root.id, { name: { en: `Root ${round}`, id: `Akar ${round}` } })
      const responses = await sendAtOnce([...writes, rename])
      expect(responses.filter(({ statusCode }) => statusCode >= 300).map(({ body }) => body)).toEqual([])
    }
    await delivered()
    expect(await staleProducts()).toEqual([])
  })
})
