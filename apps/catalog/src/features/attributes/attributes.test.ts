import type { ResponseCase } from '@fondasi/testing'
import { expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { publishedEvents } from '../../../test/editor.ts'
import { useProductWriter } from '../../../test/product-writer.ts'

const { backend, catalog, ask, create, created, count } = await useProductWriter()
const write = (name: string, body: object | string, headers: Record<string, string> = {}) =>
  ask('PUT', `/attributes/${name}`, body, headers)
const remove = (name: string, headers: Record<string, string> = {}) =>
  ask('DELETE', `/attributes/${name}`, undefined, headers)
const sleeve = { type: 'text', label: { en: 'Sleeve', id: 'Lengan' } }
const color = { type: 'text', label: { en: 'Colour', id: 'Warna' }, unit: null, filterable: true }

const viewer = () => asRole(backend, 'viewer')
const cases: ResponseCase[] = [
  ['GET /v1/attributes 200', () => ask('GET', '/attributes')],
  ['GET /v1/attributes 304', () => ask('GET', '/attributes', undefined, { 'if-none-match': '*' })],
  ['GET /v1/attributes 400 invalid_cursor', () => ask('GET', '/attributes?cursor=x')],
  ['PUT /v1/attributes/{name} 200', () => write('sleeve', sleeve)],
  ['PUT /v1/attributes/{name} 400 validation_failed', () => write('sleeve', { ...sleeve, type: 'date' })],
  ['PUT /v1/attributes/{name} 401 missing_token', () => write('sleeve', sleeve, { authorization: '' })],
  ['PUT /v1/attributes/{name} 403 insufficient_scope', async () => write('sleeve', sleeve, await viewer())],
  [
    'PUT /v1/attributes/{name} 409 attribute_in_use',
    async () => {
      await created()
      return write('color', { ...color, type: 'number' })
    },
  ],
  ['PUT /v1/attributes/{name} 413 payload_too_large', () => write('sleeve', { unit: 'x'.repeat(2_000_000) })],
  [
    'PUT /v1/attributes/{name} 415 unsupported_media_type',
    () => write('sleeve', 'a', { 'content-type': 'text/csv' }),
  ],
  ['DELETE /v1/attributes/{name} 204', () => remove('color')],
  ['DELETE /v1/attributes/{name} 400 validation_failed', () => remove('A')],
  ['DELETE /v1/attributes/{name} 401 missing_token', () => remove('color', { authorization: '' })],
  ['DELETE /v1/attributes/{name} 403 insufficient_scope', async () => remove('color', await viewer())],
  ['DELETE /v1/attributes/{name} 404 attribute_not_found', () => remove('nothing')],
  [
    'DELETE /v1/attributes/{name} 409 attribute_in_use',
    async () => {
      await created()
      return remove('color')
    },
  ],
]
testResponses('attributes', cases, async ({ statusCode }) => {
  // A failed request changes nothing.
  if (statusCode >= 400)
    expect((await publishedEvents(catalog)).filter((event) => event.startsWith('attribute'))).toEqual([])
})

test('anybody reads the declarations; a new one can be used at once, and a deleted one no longer', async () => {
  const written = await write('sleeve', sleeve)
  expect(written.json()).toEqual({ name: 'sleeve', ...sleeve, unit: null, filterable: true })
  const { items } = (await catalog.app.inject('/v1/attributes')).json<{ items: object[] }>()
  expect(items).toEqual([
    { name: 'color', ...color },
    written.json(),
    { name: 'weight_g', ...color, type: 'number', label: { en: 'Weight', id: 'Berat' } },
  ])
  const { id } = await created({ attributes: { sleeve: 'long' } })
  await ask('PATCH', `/products/${id}`, { attributes: null }, { 'if-match': '*' })
  expect((await remove('sleeve')).statusCode).toBe(204)
  expect((await create({ attributes: { sleeve: 'long' }, skus: [] })).json()).toMatchObject({
    code: 'attribute_rejected',
  })
  expect(await publishedEvents(catalog)).toEqual([
    'attribute_updated',
    'product_created',
    'product_updated',
    'attribute_deleted',
  ])
})

test('products that have an attribute keep its type; its label and filter may change', async () => {
  await created()
  const changed = { type: 'text', label: { en: 'Color', id: 'Warna' }, unit: null, filterable: false }
  expect((await write('color', changed)).json()).toEqual({ name: 'color', ...changed })
  const facets = (await ask('GET', '/products?facets=true')).json().facets.attributes
  expect(facets.map(({ code }: { code: string }) => code)).not.toContain('color')
  expect((await write('weight_g', { ...sleeve })).json()).toMatchObject({ code: 'attribute_in_use' })
})

test('an attribute that is deleted while a product gets it: the product is refused or the attribute stays', async () => {
  for (let round = 0; round < 10; round += 1) {
    await write('sleeve', sleeve)
    const product = { attributes: { sleeve: 'long' }, skus: [{ sku: `R-${round}` }] }
    const [made, removal] = await Promise.all([create(product), remove('sleeve')])
    expect([`${made.statusCode} ${removal.statusCode}`]).toEqual([
      expect.stringMatching(/^(?:201 409|422 204)$/),
    ])
    if (made.statusCode === 201)
      await ask('DELETE', `/products/${made.json<{ id: string }>().id}`, undefined, { 'if-match': '*' })
  }
})

test.each([
  ['a', { ...sleeve, label: { en: 'x' } }],
  ['a', { ...sleeve, label: { en: ' ', id: 'x' } }],
  ['a', { ...sleeve, unit: '' }],
  ['a', { ...sleeve, filterable: 'yes' }],
  ['a', { ...sleeve, code: 'b' }],
  ['__proto__', sleeve],
  ['a%00', sleeve],
  ['1a', sleeve],
  ['a'.repeat(64), sleeve],
])('the declaration %s %j is 400', async (name, body) => {
  expect((await write(name, body)).json()).toMatchObject({ status: 400, code: 'validation_failed' })
  expect(await count('attributes')).toBe(2)
})
