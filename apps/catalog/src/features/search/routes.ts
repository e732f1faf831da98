import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { answerCached } from '../cache/answer.ts'
import { answerSearch } from './answer.ts'
import { explainSearch } from './explain.ts'
import { explanation, searchPage, searchQuery } from './schemas.ts'
import { createSearchService } from './service.ts'

export async function registerSearch(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, cache, catalogMetrics, cursors, products } = deps
  const search = createSearchService(deps)

  app.get(
    '/products/search',
    {
      schema: {
        tags: ['search'],
        summary: 'Search in English and Indonesian, with typos forgiven',
        description:
          'A SKU, GTIN or model number comes first in whatever written form. A word that nothing has is mended, and `corrections` says how. By relevance a list ends after a thousand products; of a common word, after the popular ones when they are two hundred or more.',
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
        summary: 'How a search is answered: words, indexes, plan, buffers, scores',
        security: [{ bearer: [] }],
        querystring: searchQuery,
        response: { 200: explanation, ...problemResponses(400, 401, 403, 429, 503) },
      },
    },
    (request) => explainSearch(deps, request.query),
  )
}
