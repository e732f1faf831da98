import type { Access } from '@fondasi/access'
import type { Db } from '@fondasi/postgres'
import { type CursorCodec, emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { CatalogMetrics } from '../../metrics.ts'
import { answerCached } from '../cache/answer.ts'
import type { Cache } from '../cache/service.ts'
import { explainSearch } from './explain/explain.ts'
import { explanation, searchPage, searchQuery } from './schemas.ts'
import { search } from './search.ts'
import { timedOut } from './timed-out.ts'

interface SearchDeps {
  access: Access
  cache: Cache
  catalogMetrics: CatalogMetrics
  cursors: CursorCodec
  db: Db
}

export async function registerSearch(app: Service, deps: SearchDeps): Promise<void> {
  const { access, cache, catalogMetrics, cursors, db } = deps

  app.get(
    '/products/search',
    {
      schema: {
        tags: ['search'],
        operationId: 'searchProducts',
        summary: 'Search products in English and Indonesian, with typo correction',
        description:
          'A product whose SKU, GTIN or model number is in the query, in any written form, comes first. Found are the products with all words, in any form of the word. A word that no product has is corrected, and `corrections` says how. When fewer than 20 products have all words, products with some of them follow, marked `isPartialMatch`. A query without a word, such as an emoji, returns 400 `empty_query`.',
        querystring: searchQuery,
        response: { 200: searchPage, 304: emptyBody, ...problemResponses(400, 429, 503) },
      },
    },
    (request, reply) =>
      answerCached(cache, request, reply, {
        schema: searchPage,
        async compute() {
          const { result } = await search(db, cursors, request.query).catch(timedOut)
          const isCorrected = Object.keys(result.corrections).length > 0
          catalogMetrics.searches.inc({
            outcome: result.items.length === 0 ? 'nothing' : isCorrected ? 'corrected' : 'found',
          })
          return result
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
        summary: 'Explain a search: its steps, statements with plans and buffers, scores',
        security: [{ bearer: [] }],
        querystring: searchQuery,
        response: { 200: explanation, 304: emptyBody, ...problemResponses(400, 401, 403, 429, 503) },
      },
    },
    (request) => explainSearch(deps, request.query),
  )
}
