import { emptyBody, findPage, problemResponses, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import { answerCached } from '../cache/answer.ts'
import * as sorted from '../listing/sort-position.ts'
import { explainSearch } from './explain.ts'
import { rankingFingerprint } from './plan.ts'
import { positionKey, readRanked } from './ranked-page.ts'
import { explainQuery, explanation, searchPage, searchQuery } from './schemas.ts'
import { createSearchService } from './service.ts'

export async function registerSearch(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, cache, catalogMetrics, cursors, db, products } = deps
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
          const { q, limit, cursor, facets: withFacets, sort, ...filters } = request.query
          const prepared = await search.prepare(q, filters)
          const { plan, groups } = prepared
          // A cursor is good for the same question only, understood in the same way.
          const understood =
            sort === 'relevance' ? rankingFingerprint(plan, groups, prepared.products) : plan.tsquery
          const listName = `search:${JSON.stringify([q, filters, sort, understood])}`
          // One that is not good is refused before anything is counted.
          cursors.decode(listName, cursor)
          const counting = search.count(prepared, filters, sort, withFacets)
          const options = {
            cursors,
            list: listName,
            query: { limit, cursor },
            toItem: ({ id }: { id: string }) => id,
          }
          const readIds = async () => {
            if (sort === 'relevance') {
              return findPage({
                ...options,
                read: (range) => readRanked(range, (ranked) => search.rank(prepared, ranked)),
                keyOf: positionKey,
              })
            }
            const { total } = await counting
            return findPage({
              ...options,
              read: (range) => search.readSorted(prepared, { filters, sort, total }, range),
              keyOf: sorted.positionKey,
            })
          }
          // A ranking need not know how many there are, so it is read while they are counted.
          const [counts, { items, page }] = await Promise.all([counting, readIds()])
          const listed = await products.listed(items, filters.currency)
          const highlights = await search.highlight(
            prepared,
            listed.map(({ title }) => title),
          )
          const corrections = correctionsOf(groups)
          const isMended = Object.keys(corrections).length > 0
          catalogMetrics.searches.inc({
            outcome: listed.length === 0 ? 'nothing' : isMended ? 'corrected' : 'found',
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
        querystring: explainQuery,
        response: { 200: explanation, ...problemResponses(400, 401, 403, 429, 503) },
      },
    },
    (request) => {
      const { q, ...filters } = request.query
      return explainSearch(db, q, filters)
    },
  )
}

function correctionsOf(groups: readonly { text: string; corrections: string[] }[]): Record<string, string[]> {
  return Object.fromEntries(
    groups
      .filter(({ corrections }) => corrections.length > 0)
      .map(({ text, corrections }) => [text, corrections]),
  )
}
