import { beforeEach, describe, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'

// A product passes when one of its SKUs passes all filters on SKUs, and shows the price of that SKU.

const { catalog, shop, ask } = await useCatalog()
let categoryId: string
beforeEach(async () => {
  categoryId = await shop.category('all')
})

interface Page {
  items: {
    id: string
    title: { en: string }
    price: { amount: number } | null
    inStock: boolean
    options: Record<string, string[]>
  }[]
  total: { value: number }
  facets: {
    attributes: { code: string; values: { value: string; count: number; selected: boolean }[] }[]
    prices: { from: number; count: number }[]
    priceRange: { min: number; max: number } | null
    stock: { inStock: boolean; count: number }[]
  }
}

const lists = [
  ['products', {}],
  ['products/search', { q: 'shirt' }],
  ['products/search', { q: 'shirt', sort: 'price' }],
] as const

const read = async (path: string, query: Record<string, string>) => {
  const response = await catalog.app.inject({ url: `/v1/${path}`, query })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<Page>()
}

/** Sold out in small and cheap, in stock in large and expensive. */
const shirt = () =>
  shop.product({
    title: 'Shirt',
    categoryId,
    attributes: { material: 'cotton', color: 'any' },
    options: { size: 'S', color: 'red' },
    priceIdr: 1_000,
    stock: 0,
    variants: [
      { options: { size: 'L', color: 'blue' }, priceIdr: 9_000, stock: 5 },
      { options: { size: 'L', color: 'red' }, priceIdr: 9_500, stock: 0 },
    ],
  })

describe.each(lists)('%s %j', (path, base) => {
  test.each([
    [{}, 1_000, true],
    [{ inStock: 'true' }, 9_000, true],
    [{ inStock: 'false' }, 1_000, false],
    [{ minPrice: '2000' }, 9_000, true],
    [{ attributes: 'size=L' }, 9_000, true],
    [{ attributes: 'size=L,color=red' }, 9_500, false],
    [{ attributes: 'size=S,size=L,material=cotton' }, 1_000, true],
  ])('with %j the product shows %i, in stock: %s', async (filters, amount, inStock) => {
    await shirt()
    const { items, total } = await read(path, { ...base, ...filters })
    expect(items).toMatchObject([{ price: { amount, currency: 'IDR' }, inStock }])
    expect(total.value).toBe(1)
  })

  test.each([
    { inStock: 'true', maxPrice: '2000' },
    { attributes: 'size=S', inStock: 'true' },
    { attributes: 'size=S,color=blue' },
    { attributes: 'color=any' },
    { minPrice: '2000', maxPrice: '8000' },
  ])('%j finds nothing, because no single SKU passes all of them', async (filters) => {
    await shirt()
    const { items, total } = await read(path, { ...base, ...filters })
    expect(items).toEqual([])
    expect(total.value).toBe(0)
  })
})

test('options are in list items, in facets and in the words that search finds', async () => {
  await shirt()
  await shop.product({ title: 'Shirt without options', categoryId, attributes: { color: 'red' } })
  const { items, facets } = await read('products', {
    facets: 'true',
    attributes: 'color=red',
    sort: 'nameEn',
  })
  expect(items.map(({ options }) => options)).toEqual([{ color: ['blue', 'red'], size: ['L', 'S'] }, {}])
  expect(facets.attributes).toMatchObject([
    {
      code: 'color',
      values: [
        { value: 'red', count: 2, selected: true },
        { value: 'blue', count: 1, selected: false },
      ],
    },
    { code: 'material', values: [{ value: 'cotton', count: 1 }] },
    {
      code: 'size',
      values: [
        { value: 'L', count: 1 },
        { value: 'S', count: 1 },
      ],
    },
  ])
  expect((await read('products/search', { q: 'shirt blue' })).items[0]?.title.en).toBe('Shirt')
})

test('facets count products, not SKUs, and each value that choosing it would find', async () => {
  await shirt()
  const { facets } = await read('products', { facets: 'true', inStock: 'true' })
  expect(facets.stock).toEqual([
    { inStock: false, count: 1, selected: false },
    { inStock: true, count: 1, selected: true },
  ])
  expect(facets.prices).toMatchObject([{ from: 0, count: 1 }])
  for (const { code, values } of facets.attributes)
    for (const { value, count } of values) {
      const query = { inStock: 'true', attributes: `${code}=${value}` }
      expect((await read('products', query)).total.value, `${code}=${value}`).toBe(count)
    }
})

test.each([
  [{}, { min: 800, max: 9_500 }],
  [{ inStock: 'true' }, { min: 800, max: 9_000 }],
  [{ inStock: 'false' }, { min: 1_000, max: 9_500 }],
  [{ attributes: 'size=L' }, { min: 9_000, max: 9_500 }],
  [
    { attributes: 'size=S,size=L', inStock: 'true' },
    { min: 9_000, max: 9_000 },
  ],
  [
    { minPrice: '2000', maxPrice: '3000' },
    { min: 800, max: 9_500 },
  ],
  [{ attributes: 'size=S', inStock: 'true' }, null],
  [{ currency: 'USD' }, { min: 5, max: 5 }],
] as const)(
  'with %j the price range is %j: of the SKUs that pass, whatever the price filter',
  async (filters, range) => {
    await shirt()
    await shop.product({ title: 'Shirt', categoryId, priceIdr: 800, priceUsd: 5 })
    for (const [path, base] of lists) {
      const { facets } = await read(path, { ...base, ...filters, facets: 'true' })
      expect(facets.priceRange, path).toEqual(range)
    }
  },
)

test('by price, a product is listed once, at the lowest price that passes, on and back', async () => {
  await shirt()
  for (const priceIdr of [500, 5_000, 9_000, 9_200])
    await shop.product({ title: 'Shirt', categoryId, priceIdr })
  for (const [filters, expected] of [
    [{}, [500, 1_000, 5_000, 9_000, 9_200]],
    [{ inStock: 'true' }, [500, 5_000, 9_000, 9_000, 9_200]],
    [{ minPrice: '2000' }, [5_000, 9_000, 9_000, 9_200]],
  ] as const) {
    for (const sort of ['price', '-price']) {
      const amounts: (number | undefined)[] = []
      let next: string | null = ''
      while (next !== null) {
        const cursor = next === '' ? {} : { cursor: next }
        const page: Page & { page: { next: string | null } } = (
          await catalog.app.inject({
            url: '/v1/products',
            query: { ...filters, sort, limit: '2', ...cursor },
          })
        ).json()
        amounts.push(...page.items.map(({ price }) => price?.amount))
        next = page.page.next
      }
      expect(amounts, `${sort} ${JSON.stringify(filters)}`).toEqual(
        sort === 'price' ? expected : expected.toReversed(),
      )
    }
  }
})

test('a changed option, price or stock is filtered as it is now', async () => {
  const id = await shop.product({ title: 'Shirt', categoryId, sku: 'S-1', options: { size: 'S' } })
  const change = async (fields: object) => {
    const response = await ask('PUT', `/products/${id}/skus/S-1`, fields)
    expect(response.statusCode, response.body).toBe(200)
  }
  const isFound = async (query: Record<string, string>) => (await read('products', query)).total.value === 1
  const prices = (amount: number) => [{ priceList: 'retail-idr', currency: 'IDR', amount }]
  await change({ options: { size: 'M' }, stock: 3, prices: prices(700) })
  expect(await isFound({ attributes: 'size=S' })).toBe(false)
  expect(await isFound({ attributes: 'size=M', inStock: 'true', maxPrice: '700' })).toBe(true)
  expect(await isFound({ minPrice: '701' })).toBe(false)
  await change({ options: { size: 'M' }, stock: 0, prices: prices(900) })
  expect(await isFound({ attributes: 'size=M', inStock: 'true' })).toBe(false)
  expect(await isFound({ minPrice: '701' })).toBe(true)
})
