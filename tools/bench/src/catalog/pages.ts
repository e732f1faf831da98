import { positionKey, readSorted } from '@fondasi/catalog/src/features/listing/repository.ts'
import { isByPrice, type Sort, sorts } from '@fondasi/catalog/src/features/listing/schemas.ts'
import { explain, readOnly, watch } from '@fondasi/catalog/src/features/search/explain/repository.ts'
import { createDb } from '@fondasi/postgres'
import { atMost, type Row } from '../report.ts'
import type { CatalogBench } from './catalog-services.ts'

const pageRows = 20
const farPage = 10_000
/** Consecutive pages at each position: a single one costs a few buffers more or less, depending on index page bounds. */
const pagesInARow = 10

/** What a page far down a list costs beside the first one, for every order except relevance. */
export async function measurePages({ database, scale }: CatalogBench): Promise<Row[]> {
  const db = createDb(database)
  const page = Math.min(farPage, Math.floor(scale / pageRows) - pagesInARow)

  /** @returns buffers of the consecutive pages that begin after this row */
  async function cost(sort: Sort, row: number): Promise<number> {
    const list = { filters: { currency: 'IDR' }, sort, isPriced: isByPrice(sort) } as const
    const rows = await readSorted(db, list, 'walk', { limit: row + pageRows * pagesInARow })
    const edges = rows.slice(row).filter((_, index) => index % pageRows === 0)
    let buffers = 0
    for (const edge of edges) {
      const { watched, sent } = watch(db)
      await readSorted(watched, list, 'walk', { limit: pageRows + 1, after: positionKey(edge) })
      const [statement] = sent
      if (statement) buffers += (await readOnly(db, (tx) => explain(tx, statement))).buffers
    }
    return buffers
  }

  const costs: { sort: Sort; first: number; far: number }[] = []
  for (const sort of sorts) {
    costs.push({ sort, first: await cost(sort, 0), far: await cost(sort, (page - 1) * pageRows) })
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
