import type { Row } from '../report.ts'
import { median } from '../statistics.ts'
import { type CatalogBench, databaseCost, search } from './catalog-services.ts'

const rounds = 5
const sizes = [1_000, 10_000, 100_000]
const orders = ['price', '-created', 'nameId']

/**
 * What a page of a search costs that is sorted by a property: all matches are gathered and sorted exactly, so the cost grows
 * with them. Measured for the words whose number of products is nearest to each size.
 */
export async function measureSortedSearches(bench: CatalogBench): Promise<Row[]> {
  const rows: Row[] = []
  for (const size of sizes.filter((each) => each <= bench.scale)) {
    const { rows: words } = await bench.owner.query<{ word: string; frequency: number }>(
      `select word, frequency from vocabulary where word ~ '^[[:alpha:]]{4,}$' and title_frequency > 0
       order by abs(ln(frequency) - ln($1::float8)) limit 1`,
      [size],
    )
    const [word] = words
    if (!word) continue
    const costs: { buffers: number; milliseconds: number }[] = []
    for (let round = 0; round < rounds; round += 1) {
      for (const sort of orders) {
        // Another limit each round, because the cache would answer the same query.
        const query = { q: word.word, sort, limit: String(10 + round) }
        costs.push(await databaseCost(bench, () => search(bench, query)))
      }
    }
    rows.push({
      name: `a sorted page of ${word.frequency} matches, ms of PostgreSQL`,
      value: median(costs.map(({ milliseconds }) => milliseconds)),
      from: `"${word.word}" by ${orders.join(', ')}; ${median(costs.map(({ buffers }) => buffers))} buffers`,
    })
  }
  return rows
}
