import type { Access } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
import { type CursorCodec, emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { CatalogMetrics } from '../../metrics.ts'
import { answerCached } from '../cache/answer.ts'
import type { Cache } from '../cache/service.ts'
import type { ProductService } from '../products/service.ts'
import { answerSearch } from './answer.ts'
import { explainSearch } from './explain.ts'
import { explanation, searchPage, searchQuery } from './schemas.ts'
import type { SearchService } from './service.ts'

interface SearchDeps {
  access: Access
  cache: Cache
  catalogMetrics: CatalogMetrics
  cursors: CursorCodec
  db: Db
  products: ProductService
  search: SearchService
}

export async function registerSearch(app: Service, deps: SearchDeps): Promise<void> {
  const { access, cache, catalogMetrics, cursors, products, search } = deps

  app.get(
    '/products/search',
    {
      schema: {
        tags: ['search'],
        operationId: 'searchProducts',
        summary: 'Search products in English and Indonesian, with typo correction',
        description:
          'A product whose SKU, GTIN or model number is the query, in any written form, comes first. A word that no product has is corrected, and `corrections` says how. By relevance, a list ends after 1,000 products; for a common word, it ends after the popular products when there are 200 or more.',
        querystring: searchQuery,
        response: { 200: searchPage, 304: emptyBody, ...problemResponses(400, 429, 503) },
      },
    },
    (request, reply) =>
      answerCached(cache, request, reply, {
        schema: searchPage,
        async compute() {
          const { prepared, counts, ids, page } = await answerSearch({ search, cursors }, request.query)
          const listed = await products.listed(ids, request.query.currency)
          const titles = listed.map(({ title }) => title)
          const highlights = await search.highlight(prepared, titles)
          const mended = prepared.groups.filter((group) => group.corrections.length > 0)
          const corrections = Object.fromEntries(mended.map((group) => [group.text, group.corrections]))
          catalogMetrics.searches.inc({
            outcome: listed.length === 0 ? 'nothing' : mended.length > 0 ? 'corrected' : 'found',
          })
          return {
            items: listed.map((product, index) => ({
              ...product,
              highlight: highlights[index] ?? { en: [], id: [] },
            })),
            page,
            ...counts,
            corrections,
          }
        },
      }),
  )

  app.get(
    '/products/search/explain',
    {
      onRequest: access.requirePermission('products:explain'),
      schema: {
        tags: ['search'],
        operationId: 'explainSearch',
        summary: 'Explain a search: words, indexes, plan, buffers, scores',
        security: [{ bearer: [] }],
        querystring: searchQuery,
        response: { 200: explanation, 304: emptyBody, ...problemResponses(400, 401, 403, 429, 503) },
      },
    },
    (request) => explainSearch(deps, request.query),
  )
}
