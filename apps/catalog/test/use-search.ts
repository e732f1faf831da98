import { beforeEach, expect } from 'vitest'
import type { SearchPage } from '../src/features/search/schemas.ts'
import { useCatalog } from './use-catalog.ts'

/** An empty shop with one category, and what tests of searches do with it. */
export async function useSearch() {
  const { catalog, shop } = await useCatalog()
  let categoryId: string
  beforeEach(async () => {
    categoryId = await shop.category('all', { en: 'Everything', id: 'Semua' })
  })

  type Product = Parameters<typeof shop.product>[0]
  const product = (fields: Omit<Product, 'categoryId'> & { categoryId?: string }) =>
    shop.product({ categoryId, ...fields })
  const search = async (q: string) => {
    const response = await catalog.app.inject({ url: '/v1/products/search', query: { q } })
    expect(response.statusCode, response.body).toBe(200)
    return response.json<SearchPage>()
  }
  return {
    shop,
    product,
    async add(...titles: string[]) {
      for (const title of titles) await product({ title })
    },
    search,
    /** Titles of the products with all words. */
    found: async (q: string) =>
      (await search(q)).items.filter(({ isPartialMatch }) => !isPartialMatch).map(({ title }) => title.en),
    first: async (q: string) => (await search(q)).items[0]?.title.en,
    /** What is marked in the first title. */
    marked: async (q: string) =>
      (await search(q)).items[0]?.highlight.en.filter(({ isMatch }) => isMatch).map(({ text }) => text),
    refresh: () => catalog.deps.searchIndex.refresh(),
  }
}
