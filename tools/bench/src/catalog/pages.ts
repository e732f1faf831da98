import { productList, sortedQuery } from '@fondasi/catalog/src/features/listing/repository.ts'
import { type Sort, sorts } from '@fondasi/catalog/src/features/listing/schemas.ts'
import { positionKey } from '@fondasi/catalog/src/features/listing/sort-position.ts'
import { createDb } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { atMost, type Row } from '../report.ts'
import type { CatalogBench } from './catalog-services.ts'

const pageRows = 20
const farPage = 10_000
/** Consecutive pages at each position: a single one costs a few buffers more or less, depending on index page bounds. */
const pagesInARow = 10

/** What a page far down a list costs beside the first one, for every order except relevance (which ends after 1,000). */
export async function measurePages({ database, scale }: CatalogBench): Promise<Row[]> {
  const db = createDb(database)
  const page = Math.min(farPage, Math.floor(scale / pageRows) - pagesInARow)

  /** @returns buffers of the consecutive pages that begin at this row */
  async function cost(sort: Sort, firstRow: number): Promise<number> {
    const list = productList({ currency: 'IDR' }, sort)
    const limit = firstRow + pageRows * pagesInARow
    const { rows: edges } = await db.execute<{ id: string; key: string }>(sql`
      select id, key from (select *, row_number() over () as place from (${sortedQuery(list, 'walk', { limit })}) as walked)
        as placed
      where place >= ${firstRow} and (place - ${firstRow}) % ${pageRows} = 0 order by place limit ${pagesInARow}`)
    let buffers = 0
    for (const edge of edges) {
      const range = { limit: pageRows + 1, after: positionKey(edge) }
      const { rows } = await db.execute<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        sql`explain (analyze, buffers, format json) ${sortedQuery(list, 'walk', range)}`,
      )
      const plan = rows[0]?.['QUERY PLAN'][0].Plan
      buffers += Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks'])
    }
    return buffers
  }

  const costs: { sort: Sort; first: number; far: number }[] = []
  for (const sort of sorts) {
    costs.push({ sort, first: await cost(sort, 1), far: await cost(sort, (page - 1) * pageRows) })
  }
  const [worst] = costs.toSorted((a, b) => b.far / b.first - a.far / a.first)
  if (!worst) throw new Error('there are no orders to measure')
  return [
    {
      name: `page ${page} ÷ page 1, buffers, worst of ${sorts.length} orders`,
      value: worst.far / worst.first,
      goal: atMost(1.5),
      from: `${worst.sort}: ${worst.far} ÷ ${worst.first} for ${pagesInARow} pages of ${pageRows}; all: ${costs
        .map(({ sort, first, far }) => `${sort} ${(far / first).toFixed(2)}`)
        .join(', ')}`,
    },
  ]
}
