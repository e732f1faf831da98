import type { ResponseCase } from '@fondasi/testing'
import { beforeEach } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { unknownProductId, useProductWriter } from '../../../test/product-writer.ts'

const { backend, ask, shirt, fields, create, created } = await useProductWriter()
let id: string
beforeEach(async () => {
  id = (await created()).id
})

const any = { 'if-match': '*' }
const stale = { 'if-match': '"7"' }
const nobody = { authorization: '' }
const viewer = () => asRole(backend, 'viewer')
const big = { title: { en: 'x'.repeat(10_000_000), id: 'x' } }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (payload: object | string, headers = {}) => ask('POST', '/products', payload, headers)

/** What PUT, PATCH and DELETE have in common. */
const changes = (['PUT', 'PATCH', 'DELETE'] as const).flatMap((method): ResponseCase[] => {
  const operation = `${method} /v1/products/{id}`
  const body = method === 'DELETE' ? undefined : fields
  const send = (headers: object = any, path = id) =>
    ask(method, `/products/${path}`, body?.(), { ...headers })
  return [
    [`${operation} ${method === 'DELETE' ? 204 : 200}`, () => send()],
    [`${operation} 400 validation_failed`, () => send({ 'if-match': '1' })],
    [`${operation} 401 missing_token`, () => send({ ...any, ...nobody })],
    [`${operation} 403 insufficient_scope`, async () => send({ ...any, ...(await viewer()) })],
    [`${operation} 404 product_not_found`, () => send(any, unknownProductId)],
    [`${operation} 412 precondition_failed`, () => send(stale)],
    [`${operation} 428 precondition_required`, () => send({})],
  ]
})

/** What only requests with a body can get. */
const bodies = (['PUT', 'PATCH'] as const).flatMap((method): ResponseCase[] => {
  const operation = `${method} /v1/products/{id}`
  const send = (payload: object | string, headers: Record<string, string> = any) =>
    ask(method, `/products/${id}`, payload, headers)
  return [
    [
      `${operation} 409 slug_exists`,
      async () => {
        await created({ slug: 'taken', skus: [] })
        return send(fields({ slug: 'taken' }))
      },
    ],
    [`${operation} 413 payload_too_large`, () => send(big)],
    [`${operation} 415 unsupported_media_type`, () => send('a=b', { ...any, ...form })],
    [`${operation} 422 attribute_rejected`, () => send(fields({ attributes: { cut: 'slim' } }))],
  ]
})

testResponses('products', [
  ['GET /v1/products 200', () => ask('GET', '/products')],
  ['GET /v1/products 304', () => ask('GET', '/products', undefined, { 'if-none-match': '*' })],
  ['GET /v1/products 400 validation_failed', () => ask('GET', '/products?sort=newest')],
  ['GET /v1/products/{id} 200', () => ask('GET', `/products/${id}`)],
  ['GET /v1/products/{id} 304', () => ask('GET', `/products/${id}`, undefined, { 'if-none-match': '*' })],
  ['GET /v1/products/{id} 400 validation_failed', () => ask('GET', '/products/x')],
  ['GET /v1/products/{id} 404 product_not_found', () => ask('GET', `/products/${unknownProductId}`)],
  ['GET /v1/products/by-slug/{slug} 200', () => ask('GET', '/products/by-slug/cotton-shirt')],
  [
    'GET /v1/products/by-slug/{slug} 304',
    () => ask('GET', '/products/by-slug/cotton-shirt', undefined, { 'if-none-match': '*' }),
  ],
  ['GET /v1/products/by-slug/{slug} 400 validation_failed', () => ask('GET', '/products/by-slug/A')],
  ['GET /v1/products/by-slug/{slug} 404 product_not_found', () => ask('GET', '/products/by-slug/nothing')],
  ['POST /v1/products 201', () => create({ skus: [] })],
  ['POST /v1/products 400 validation_failed', () => post({})],
  ['POST /v1/products 401 missing_token', () => post(shirt(), nobody)],
  ['POST /v1/products 403 insufficient_scope', async () => post(shirt(), await viewer())],
  ['POST /v1/products 409 sku_exists', () => create()],
  ['POST /v1/products 413 payload_too_large', () => post(big)],
  ['POST /v1/products 415 unsupported_media_type', () => post('a=b', form)],
  ['POST /v1/products 422 unknown_reference', () => create({ categoryId: unknownProductId, skus: [] })],
  ...changes,
  ...bodies,
])
