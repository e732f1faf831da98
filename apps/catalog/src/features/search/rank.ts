import type { Db, Tx } from '@fondasi/postgres'
import { type CursorCodec, findPage, type Page, type Range } from '@fondasi/service'
import { z } from 'zod'
import { readSorted, positionKey as sortedKey } from '../listing/repository.ts'
import { isByPrice } from '../listing/schemas.ts'
import { type Plan, rankingFingerprint } from './plan.ts'
import * as repository from './repository.ts'
import type { SearchQuery } from './schemas.ts'
import type { Understood } from './understand.ts'

/** A product of the page. */
export interface Ranked {
  id: string
  /** Whether it has only some of the words. */
  isPartial: boolean
}

/** Products with only some of the words follow when fewer than this have all of them. */
const fewMatches = 20

/**
 * Step 4: reads one page of ids: the best first, or in the order of a sort.
 * @throws {Problem} `invalid_cursor`
 */
export async function rank(
  db: Db | Tx,
  cursors: CursorCodec,
  search: { understood: Understood; plan: Plan; query: SearchQuery },
): Promise<Page<Ranked>> {
  const { understood, plan, query } = search
  const { q, limit, cursor, facets: _facets, sort, ...filters } = query
  const isRanked = sort === 'relevance'
  // A cursor is valid only for the same query, understood in the same way.
  const meaning = isRanked ? rankingFingerprint(understood, plan) : JSON.stringify(plan.found)
  const list = `search:${JSON.stringify([q, filters, sort, meaning])}`
  const options = { cursors, list, query: { limit, cursor } }
  if (!isRanked) {
    const products = { found: plan.found, filters, sort, isPriced: isByPrice(sort) }
    return findPage({
      ...options,
      read: (range) => readSorted(db, products, 'gather', range),
      keyOf: sortedKey,
      toItem: ({ id }) => ({ id, isPartial: false }),
    })
  }
  const ranking = { ...plan, ...understood, filters }
  return findPage({
    ...options,
    read: (range) => readSegments(db, ranking, plan, range),
    keyOf: (row) => JSON.stringify(row),
    toItem: ({ id, segment }) => ({ id, isPartial: plan.segments[segment]?.match === 'some' }),
  })
}

/** A ranked product with the number of its segment and its place in the list, from 1: what a cursor stores. */
const positioned = z.object({
  id: z.string(),
  coverage: z.int(),
  score: z.number(),
  segment: z.int(),
  place: z.int(),
})
type Positioned = z.output<typeof positioned>

/** Reads a page across segments: on to the next one when a segment ends before the page is full. */
async function readSegments(
  db: Db | Tx,
  ranking: repository.Ranking,
  { segments }: Plan,
  range: Range,
): Promise<Positioned[]> {
  const key = range.before ?? range.after
  const edge = key === undefined ? undefined : positioned.parse(JSON.parse(key))
  const isBackwards = range.before !== undefined
  const step = isBackwards ? -1 : 1
  const rows: Positioned[] = []
  let place = edge?.place ?? 0
  const first = edge?.segment ?? 0
  const inOrder = isBackwards ? segments.slice(0, first + 1).toReversed() : segments.slice(first)
  for (const [index, segment] of inOrder.entries()) {
    const number = first + index * step
    const isNew = number !== edge?.segment
    if (segment.match === 'some' && isNew && place >= fewMatches) break
    const limit = range.limit - rows.length
    const found = await repository.rank(db, ranking, segment, {
      limit,
      isBackwards,
      edge: isNew ? undefined : edge,
    })
    for (const row of found) {
      place += step
      rows.push({ ...row, segment: number, place })
    }
    if (rows.length === range.limit) break
  }
  return rows
}
