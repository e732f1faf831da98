import { type CursorCodec, findPage } from '@fondasi/service'
import * as sorted from '../listing/sort-position.ts'
import { rankingFingerprint } from './plan.ts'
import { positionKey, readRanked } from './ranked-page.ts'
import type { SearchQuery } from './schemas.ts'
import type { SearchService } from './service.ts'

/**
 * Finds one page of a search: the ids of its products, and how many there are.
 * @throws {Problem} `empty_query`, `pure_negation`, `invalid_cursor`
 */
export async function answerSearch(
  { search, cursors }: { search: SearchService; cursors: CursorCodec },
  { q, limit, cursor, facets: withFacets, sort, ...filters }: SearchQuery,
) {
  const prepared = await search.prepare(q, filters)
  const { plan, groups, products } = prepared
  // A cursor is good for the same question only, understood in the same way.
  const understood = sort === 'relevance' ? rankingFingerprint(plan, groups, products) : plan.tsquery
  const list = `search:${JSON.stringify([q, filters, sort, understood])}`
  // One that is not good is refused before anything is counted.
  cursors.decode(list, cursor)
  const counting = search.count(prepared, filters, sort, withFacets)
  const options = { cursors, list, query: { limit, cursor }, toItem: ({ id }: { id: string }) => id }
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
  return { prepared, counts, ids: items, page }
}
