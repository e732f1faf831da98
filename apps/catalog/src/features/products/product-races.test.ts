import { describe, expect, onTestFinished, test } from 'vitest'
import { publishedEvents, sendAtOnce } from '../../../test/editor.ts'
import { unknownProductId, useProductWriter } from '../../../test/product-writer.ts'

const { catalog, ask, fields, create, created, found, count } = await useProductWriter()

test('a deleted product responds exactly like one that never existed, and its SKU is free', async () => {
  const { id } = await created()
  expect((await ask('DELETE', `/products/${id}`, undefined, { 'if-match': '"1"' })).statusCode).toBe(204)
  const any = { 'if-match': '*' }
  const answers = async (target: string) => [
    await ask('GET', `/products/${target}`),
    await ask('PATCH', `/products/${target}`, { rating: 1 }, any),
    await ask('PUT', `/products/${target}`, fields(), any),
    await ask('DELETE', `/products/${target}`, undefined, any),
    await ask('POST', `/products/${target}/skus`, { sku: 'NEW-1' }),
    await ask('PUT', `/products/${target}/skus/KMJ-204`, {}),
    await ask('DELETE', `/products/${target}/skus/KMJ-204`),
  ]
  const plain = (responses: Awaited<ReturnType<typeof answers>>) =>
    responses.map((response) => ({ ...response.json<object>(), instance: '', requestId: '' }))
  expect(plain(await answers(id))).toEqual(plain(await answers(unknownProductId)))
  expect((await ask('GET', '/products/by-sku/KMJ-204')).json()).toMatchObject({ code: 'sku_not_found' })
  expect(await found('kemeja')).toEqual([])
  expect((await create()).statusCode).toBe(201)
  expect(await publishedEvents(catalog)).toEqual(['product_created', 'product_deleted', 'product_created'])
})

describe('races', () => {
  test('another transaction locks the product for long: 503 with Retry-After, and nothing changes', async () => {
    const { id } = await created()
    const other = await catalog.deps.pool.connect()
    onTestFinished(() => other.release(true))
    await other.query('begin')
    await other.query('select from products for update')
    const response = await ask('PATCH', `/products/${id}`, { rating: 1 }, { 'if-match': '*' })
    await other.query('rollback')
    expect(response.json()).toMatchObject({ status: 503, code: 'busy' })
    expect(response.headers['retry-after']).toBeDefined()
    expect(await publishedEvents(catalog)).toEqual(['product_created'])
  })

  test('ten requests create the same SKU at once: one succeeds and the others are 409', async () => {
    const responses = await sendAtOnce(
      Array.from({ length: 10 }, () => () => create({ skus: [{ sku: 'KMJ-204' }] })),
    )
    expect(responses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array(responses.length - 1).fill(409),
    ])
    expect(await count('products')).toBe(1)
  })

  test('two requests create the same SKUs in opposite orders: one succeeds and one is 409', async () => {
    for (let round = 0; round < 10; round += 1) {
      const skus = Array.from({ length: 10 }, (_, n) => ({ sku: `R${round}-${n}` }))
      const both = await Promise.all([create({ skus }), create({ skus: skus.toReversed() })])
      expect(both.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 409])
    }
  })
})
