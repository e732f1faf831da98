import { expect, test } from 'vitest'
import { useProductWriter } from './product-writer.ts'

const { catalog, ask, shirt, created, fields, categoryId } = await useProductWriter()
const upper = (id: string) => id.toUpperCase()

test('ids in upper case name the same resources: in paths, bodies and filters', async () => {
  const { id, brand } = await created()
  expect((await ask('GET', `/products/${upper(id)}`)).json()).toMatchObject({ id })
  const put = await ask('PUT', `/products/${upper(id)}`, fields({ categoryId: upper(categoryId()) }), {
    'if-match': '*',
  })
  expect(put.json()).toMatchObject({ id, category: { id: categoryId() } })

  const filters = `brand=${upper(brand?.id ?? '')}&category=${upper(categoryId())}&facets=true`
  for (const path of ['/products?', '/products/search?q=shirt&']) {
    expect((await ask('GET', path + filters)).json(), path).toMatchObject({
      items: [{ id }],
      facets: { brands: [{ selected: true }], categories: [{ selected: true }] },
    })
  }
  const parent = { slug: 'shirts', name: { en: 'Shirts', id: 'Kemeja' }, parentId: upper(categoryId()) }
  expect((await ask('POST', '/categories', parent)).json()).toMatchObject({ parentId: categoryId() })
})

test('audit events name a resource by the same id, whatever case the request had', async () => {
  const { id } = await created()
  await ask('DELETE', `/products/${upper(id)}`, undefined, { 'if-match': '*' })
  const { rows } = await catalog.deps.pool.query<{ target: string }>(
    `select payload->'targets'->0->>'id' as target from outbox order by id`,
  )
  expect(rows.map(({ target }) => target)).toEqual([id, id])
})

test('an Idempotency-Key with the same body but another case of an id replays the first response', async () => {
  const headers = { 'idempotency-key': 'shirt-1' }
  const first = await ask('POST', '/products', shirt(), headers)
  const again = await ask('POST', '/products', shirt({ categoryId: upper(categoryId()) }), headers)
  expect([first.statusCode, again.statusCode]).toEqual([201, 201])
  expect(again.json()).toMatchObject({ id: first.json<{ id: string }>().id })
})
