import { beforeEach, describe, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'
import { sorts } from '../listing/schemas.ts'

// What is listed, counted, faceted and sorted is the same set of products: those with all words.

const { catalog, shop } = await useCatalog()

interface Page {
  items: { id: string; title: { en: string }; isPartialMatch: boolean }[]
  page: { next: string | null; prev: string | null }
  total: { value: number; relation: string }
  facets: {
    brands: { id: string; count: number }[]
    stock: { inStock: boolean; count: number }[]
    attributes: { code: string; values: { value: string; count: number }[] }[]
  }
}

const read = async (query: Record<string, string>) => {
  const response = await catalog.app.inject({ url: '/v1/products/search', query })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<Page>()
}

async function allPages(query: Record<string, string>): Promise<Page[]> {
  const pages = [await read(query)]
  for (let next = pages[0]?.page.next ?? null; next !== null; next = pages.at(-1)?.page.next ?? null)
    pages.push(await read({ ...query, cursor: next }))
  return pages
}

const colors = ['white', 'black', 'red']
const brandIds: string[] = []
const stock = async () => {
  const categoryId = await shop.category('all')
  brandIds.splice(0, 2, await shop.brand('Senja'), await shop.brand('Pagi'))
  for (let number = 0; number < 30; number += 1) {
    await shop.product({
      title: `${['Kemeja', 'Kemeja', 'Celana'][number % 3]} pria ${['putih', 'hitam'][number % 2]} ${number}`,
      categoryId,
      brandId: brandIds[number % 2] ?? '',
      attributes: { color: colors[number % 3] ?? '' },
      priceIdr: 1_000 + ((number * 7) % 30),
      stock: number % 4,
      rating: number % 5,
      popularity: number % 6,
      createdAt: new Date(2026, 0, 1 + (number % 7)),
    })
  }
  await shop.product({ title: 'Cassava chips putih', categoryId, priceIdr: 1 })
  await catalog.deps.searchIndex.refresh()
}
beforeEach(stock)

const filters: Record<string, string>[] = [
  {},
  { inStock: 'true' },
  { minPrice: '1005', maxPrice: '1020' },
  { attributes: 'color=white,color=red', inStock: 'true' },
]

test.each(filters)('kemeja putih with %j: total, facets and list agree in every order', async (filter) => {
  for (const sort of ['relevance', ...sorts]) {
    const query = { q: 'kemeja putih', sort, limit: '4', ...filter }
    const pages = await allPages({ ...query, facets: 'true' })
    const listed = pages.flatMap(({ items }) => items)
    const complete = listed.filter(({ isPartialMatch }) => !isPartialMatch)
    expect(new Set(listed.map(({ id }) => id)).size, sort).toBe(listed.length)
    expect(complete.length, sort).toBeGreaterThan(0)
    for (const { title } of complete) expect(title.en).toMatch(/Kemeja pria putih/)
    for (const { total } of pages) expect(total, sort).toEqual({ value: complete.length, relation: 'eq' })
    if (sort !== 'relevance') expect(complete, sort).toEqual(listed)
    const brands = pages[0]?.facets.brands ?? []
    expect(
      brands.reduce((sum, { count }) => sum + count, 0),
      sort,
    ).toBe(complete.length)
  }
  const { facets } = await read({ q: 'kemeja putih', facets: 'true', ...filter })
  const { attributes: _chosen, ...others } = filter
  for (const { value, count } of facets.attributes[0]?.values ?? []) {
    const chosen = await read({ q: 'kemeja putih', ...others, attributes: `color=${value}` })
    expect(chosen.total.value, value).toBe(count)
  }
})

describe('products with only some of the words', () => {
  test('follow those with all words, marked, and are neither counted nor faceted', async () => {
    const pages = await allPages({ q: 'kemeja putih', limit: '4', facets: 'true' })
    const partial = pages.flatMap(({ items }) => items.map(({ isPartialMatch }) => isPartialMatch))
    expect(partial).toEqual(partial.toSorted((a, b) => Number(a) - Number(b)))
    expect(partial.filter(Boolean).length).toBeGreaterThan(10)
    expect(pages[0]?.total.value).toBe(partial.filter((isPartial) => !isPartial).length)
    const back = await read({
      q: 'kemeja putih',
      limit: '4',
      facets: 'true',
      cursor: pages.at(-1)?.page.prev ?? '',
    })
    expect(back.items).toEqual(pages.at(-2)?.items)
  })

  test('do not follow twenty or more with all words, whatever the size of a page', async () => {
    for (const limit of ['4', '7', '20', '100']) {
      const pages = await allPages({ q: 'kemeja pria', limit })
      expect(pages.flatMap(({ items }) => items)).toHaveLength(20)
    }
  })

  test('are not in a sorted list: no cassava chips before the shirts', async () => {
    const { items } = await read({ q: 'kemeja putih', sort: 'price' })
    expect(items.every(({ title }) => title.en.startsWith('Kemeja pria putih'))).toBe(true)
    expect(await read({ q: 'samsung galaxy s21', sort: 'price' })).toMatchObject({
      items: [],
      total: { value: 0 },
    })
  })
})
