import { problemResponses, readPage, type Service } from '@fondasi/service'
import type { FeatureDeps } from '../../app.ts'
import type { Filters } from '../filters/schemas.ts'
import { explainSearch } from './explain.ts'
import { positionKey, readRanked } from './position.ts'
import { explainQuery, explanation, searchPage, searchQuery } from './schemas.ts'

export async function registerSearch(app: Service, deps: FeatureDeps): Promise<void> {
  const { access, catalogMetrics, cursors, db, products, search } = deps

  app.get(
    '/products/search',
    {
      schema: {
        tags: ['search'],
        summary: 'Search by relevance, in English and Indonesian, with typos forgiven',
        querystring: searchQuery,
        response: { 200: searchPage, ...problemResponses(400, 429, 503) },
      },
    },
    async (request, reply) => {
      const { q, limit, cursor, facets: withFacets, ...filters } = request.query
      const prepared = await search.prepare(q, filters)
      const page = await readPage({
        reply,
        cursors,
        list: listName(q, filters),
        query: { limit, cursor },
        read: (range) => readRanked(range, (ranked) => search.rank(prepared, filters, ranked)),
        keyOf: positionKey,
        toItem: (row) => row,
      })
      const listed = await products.listed(
        page.items.map(({ id }) => id),
        filters.currency,
      )
      const highlights = await search.highlight(
        prepared,
        listed.map(({ title }) => title),
      )
      const counts = await search.count(prepared, filters, withFacets)
      const corrections = correctionsOf(prepared.groups)
      const isMended = Object.keys(corrections).length > 0
      catalogMetrics.searches.inc({
        outcome: listed.length === 0 ? 'nothing' : isMended ? 'corrected' : 'found',
      })
      return {
        items: listed.map((product, index) => ({
          ...product,
          highlight: highlights[index] ?? { en: [], id: [] },
        })),
        page: page.page,
        ...counts,
        corrections,
      }
    },
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

/** A cursor is good for the same words and the same filters only. */
function listName(q: string, filters: Filters): string {
  return `search:${JSON.stringify([q, filters])}`
}

function correctionsOf(groups: readonly { text: string; corrections: string[] }[]): Record<string, string[]> {
  return Object.fromEntries(
    groups
      .filter(({ corrections }) => corrections.length > 0)
      .map(({ text, corrections }) => [text, corrections]),
  )
}
