import type { Db, Tx } from '@fondasi/postgres'
import type { ProductSet } from '../filters/schemas.ts'
import * as repository from './repository.ts'
import { factorOf, type Source } from './sample.ts'
import type { Facets } from './schemas.ts'

/** Lower ends of price buckets in minor units, from what people call cheap to expensive. */
const bucketBounds = {
  IDR: [0, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000].map(
    (rupiah) => rupiah * 100,
  ),
  USD: [0, 5, 10, 25, 50, 100, 250, 500, 1_000].map((dollars) => dollars * 100),
}

/** Counts the facets of a set of products. */
export async function readFacets(db: Db | Tx, set: ProductSet, source: Source): Promise<Facets> {
  const chosen = set.filters
  const bounds = bucketBounds[chosen.currency]
  const rows = await repository.countFacets(db, set, { source, bounds })
  const names = await repository.readNames(db, rows)
  const of = (facet: string) =>
    rows
      .filter((row) => row.facet === facet)
      .map(({ value, count }) => ({ value, count: Math.round(count * factorOf(source)) }))
  const edges = of('edge').map(({ value }) => Number(value))
  const nameOf = (id: string) => names.get(id) ?? { en: '', id: '' }

  return {
    brands: of('brand').map(({ value: id, count }) => ({
      id,
      name: nameOf(id).en,
      count,
      selected: chosen.brand?.includes(id) ?? false,
    })),
    categories: of('category').map(({ value: id, count }) => ({
      id,
      name: nameOf(id),
      count,
      selected: chosen.category === id,
    })),
    prices: of('price')
      .map(({ value, count }) => {
        const from = bounds[Number(value) - 1] ?? 0
        const next = bounds[Number(value)]
        // The highest price in the bucket, because `maxPrice` is inclusive.
        const to = next === undefined ? null : next - 1
        return { from, to, count, selected: chosen.minPrice === from && (chosen.maxPrice ?? null) === to }
      })
      .toSorted((a, b) => a.from - b.from),
    priceRange: edges.length === 0 ? null : { min: Math.min(...edges), max: Math.max(...edges) },
    stock: of('stock').map(({ value, count }) => ({
      inStock: value === 'true',
      count,
      selected: chosen.inStock === (value === 'true'),
    })),
    attributes: [...Map.groupBy(of('attribute'), ({ value }) => value.slice(0, value.indexOf('=')))].map(
      ([code, values]) => ({
        code,
        values: values.map(({ value: term, count }) => ({
          value: term.slice(term.indexOf('=') + 1),
          count,
          selected: chosen.attributes?.includes(term) ?? false,
        })),
      }),
    ),
    approximate: factorOf(source) > 1,
  }
}
