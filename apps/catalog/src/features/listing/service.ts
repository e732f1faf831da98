import type { Db } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { countedExactly, type SampleSize, scaleOf, totalUpTo } from '../facets/sample.ts'
import type { Total } from '../facets/schemas.ts'
import { readFacets } from '../facets/service.ts'
import type { Filters } from '../filters/schemas.ts'
import { type PriceRange, priceRanges, type Reading, rangesBeyond } from './price-ranges.ts'
import * as repository from './repository.ts'
import type { Sort } from './schemas.ts'
import { positionKey, readPosition, type SortedRow } from './sort-position.ts'

export type ListingService = ReturnType<typeof createListingService>

/** A page that is looked for along an index until it is full. */
const pageRows = 100

/**
 * Walking along the sort's index reads products ÷ found rows for each row of a page; gathering reads all that are
 * found. The cheaper one is taken; PostgreSQL itself would trust its statistics and may read a million rows for
 * a page of nothing.
 */
export function readingFor(found: number, products: number): Reading {
  return found * found <= pageRows * products ? 'gather' : 'walk'
}

/** Lists of products that are sorted by a property (not by relevance). */
export function createListingService({ db }: { db: Db }) {
  return {
    /** All products that pass the filters. */
    browse: (filters: Filters, sort: Sort) => repository.productList(filters, sort),

    /** How many products the list has, how its pages are best read, and the facets when they are wanted. */
    async survey(list: repository.ProductList, withFacets: boolean) {
      const sample = await repository.sampleOfAll(db)
      const { found, products } = await repository.countIn(db, sample.from, list)
      const about = Math.round(found * sample.factor)
      const reading = readingFor(about, products * sample.factor)
      const isSampled = sample.factor > 1
      // Few in the sample may be none or many.
      const isCounted = isSampled && reading === 'gather'
      const total: Total = isCounted
        ? totalUpTo(await repository.countGathered(db, list, countedExactly + 1))
        : { value: about, relation: isSampled ? 'estimate' : 'eq' }
      if (!withFacets) return { total, reading }
      const source = isCounted && total.relation === 'eq' ? repository.membersAndSample(list, sample) : sample
      const { facets } = await readFacets(db, { match: list.match, chosen: list.filters, source })
      return { total, reading, facets }
    },

    /** How a list sorted by price is best read when words find too much to gather. @param sample where it is counted */
    async cutByPrice(list: repository.ProductList, sample: SampleSize): Promise<PriceRange[]> {
      const { minPrice = 0, maxPrice = Number.MAX_SAFE_INTEGER } = list.filters
      const ranges = priceRanges(await repository.countSteps(db, list, sample), readingFor)
      return ranges.filter(({ from, to }) => from <= maxPrice && to >= minPrice)
    },

    /**
     * One page of what words find, when that is much. It may stand together in the order: what begins with the same word
     * does by name. A walk would pass half the shop to get there, and to gather it all reads all of it. So a sample
     * tells up to where a page of it is likely to be, and only that much is gathered.
     * @param sample where it is looked at; what one of it stands for is `scaleOf(sample)`
     */
    async readFound(list: repository.ProductList, sample: SampleSize, range: Range) {
      const rows: SortedRow[] = []
      let rest = range
      for (let places = 2 + Math.ceil((2 * range.limit) / scaleOf(sample)); ; places *= 2) {
        const bound = await repository.findBound(db, list, sample, rest, places)
        rows.push(...(await repository.readUpTo(db, list, rest, bound)))
        const limit = range.limit - rows.length
        if (!bound || limit === 0) return rows
        const edge = positionKey(bound)
        rest = range.before === undefined ? { limit, after: edge } : { limit, before: edge }
      }
    },

    /** One page, in reverse order when the range has `before`. */
    async read(
      list: repository.ProductList,
      reading: Reading | readonly PriceRange[],
      range: Range,
    ): Promise<SortedRow[]> {
      if (typeof reading === 'string') return repository.readSorted(db, list, reading, range)
      const edge = readPosition(range.before ?? range.after)
      const isDescending = repository.isDescending(list.sort, range)
      const ranges = rangesBeyond(reading, isDescending, edge && Number(edge.key))
      const rows: SortedRow[] = []
      for (const priced of ranges) {
        const part = { ...list, filters: within(list.filters, priced) }
        const limit = range.limit - rows.length
        rows.push(...(await repository.readSorted(db, part, priced.reading, { ...range, limit })))
        if (rows.length === range.limit) break
      }
      return rows
    },
  }
}

function within(filters: Filters, { from, to }: PriceRange): Filters {
  const { minPrice = from, maxPrice = to } = filters
  return { ...filters, minPrice: Math.max(minPrice, from), maxPrice: Math.min(maxPrice, to) }
}
