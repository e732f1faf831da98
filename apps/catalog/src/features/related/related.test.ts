import { beforeEach, describe, expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { unknownProductId } from '../../../test/product-writer.ts'
import { useCatalog } from '../../../test/use-catalog.ts'

const { catalog, shop, ask } = await useCatalog()
let shirts: string
let brandId: string
/** A shirt of the brand, for Rp100,000. */
let id: string
beforeEach(async () => {
  shirts = await shop.category('shirts')
  brandId = await shop.brand('Senja')
  id = await shop.product({ title: 'Shirt', categoryId: shirts, brandId, priceIdr: 10_000_000 })
})
const related = (query = '', product = id) => ask('GET', `/products/${product}/related${query}`)
async function titles(query = ''): Promise<string[]> {
  const response = await related(query)
  expect(response.statusCode, response.body).toBe(200)
  return response.json<{ items: { title: { en: string } }[] }>().items.map(({ title }) => title.en)
}

testResponses('related products', [
  ['GET /v1/products/{id}/related 200', () => related()],
  [
    'GET /v1/products/{id}/related 304',
    () => ask('GET', `/products/${id}/related`, undefined, { 'if-none-match': '*' }),
  ],
  ['GET /v1/products/{id}/related 400 validation_failed', () => related('?limit=25')],
  ['GET /v1/products/{id}/related 404 product_not_found', () => related('', unknownProductId)],
])

describe('related products', () => {
  test('are of the same category or brand, without the product itself and without deleted ones', async () => {
    const shoes = await shop.category('shoes')
    await shop.product({ title: 'Same category', categoryId: shirts })
    await shop.product({ title: 'Same brand', categoryId: shoes, brandId })
    await shop.product({ title: 'Neither', categoryId: shoes })
    await ask(
      'DELETE',
      `/products/${await shop.product({ title: 'Deleted', categoryId: shirts })}`,
      undefined,
      {
        'if-match': '*',
      },
    )
    expect((await titles()).toSorted()).toEqual(['Same brand', 'Same category'])
  })

  test('are popular ones first, and those of a near price before dearer and cheaper ones', async () => {
    const shirt = (title: string, priceIdr: number, popularity = 0) =>
      shop.product({ title, categoryId: shirts, priceIdr, popularity })
    await shirt('Dear', 90_000_000)
    await shirt('Near', 11_000_000)
    await shirt('Cheap', 2_000_000)
    await shirt('Dear and popular', 90_000_000, 100)
    expect(await titles()).toEqual(['Dear and popular', 'Near', 'Cheap', 'Dear'])
    expect(await titles('?limit=2')).toEqual(['Dear and popular', 'Near'])
  })

  test('without a price in the currency come after those with a near one', async () => {
    await shop.product({ title: 'No dollars', categoryId: shirts })
    await shop.product({ title: 'Dollars', categoryId: shirts, priceUsd: 700 })
    const own = await shop.product({ title: 'Own', categoryId: shirts, priceUsd: 699 })
    const items = (await related('?currency=USD', own)).json<{
      items: { title: { en: string }; price: object }[]
    }>().items
    expect(items[0]).toMatchObject({ title: { en: 'Dollars' }, price: { amount: 700, currency: 'USD' } })
  })

  test('of two products are two cached responses, and a write is visible at once', async () => {
    const other = await shop.product({ title: 'Other', categoryId: shirts })
    const [first, second] = [await related(), await related('', other)]
    expect(first.json().items).toMatchObject([{ id: other }])
    expect(second.json().items).toMatchObject([{ id }])
    expect((await related('', other)).body).toBe(second.body)
    const etag = first.headers.etag ?? ''
    expect(
      (await ask('GET', `/products/${id}/related`, undefined, { 'if-none-match': etag })).statusCode,
    ).toBe(304)
    await ask('PATCH', `/products/${other}`, { title: { en: 'Renamed' } }, { 'if-match': '*' })
    expect(await titles()).toEqual(['Renamed'])
  })

  test('are at most 24, chosen among the most popular', async () => {
    await catalog.deps.pool.query(
      `insert into products (category_id, title_en, title_id, popularity, created_at, updated_at)
      select $1, 'Shirt ' || n, 'x', n, now(), now() from generate_series(1, 300) as n`,
      [shirts],
    )
    await catalog.deps.pool.query('select rebuild_product_search(array(select id from products))')
    expect((await titles('?limit=24')).slice(0, 2)).toEqual(['Shirt 300', 'Shirt 299'])
    expect(await titles('?limit=24')).toHaveLength(24)
    expect(await titles()).toHaveLength(12)
  })

  test.each(['?limit=0', '?limit=x', '?currency=XXX', '?cursor=a'])('with %s are 400', async (query) => {
    expect((await related(query)).json()).toMatchObject({ status: 400, code: 'validation_failed' })
  })
})
