import { countFacets } from '@fondasi/catalog/src/features/facets/repository.ts'
import { type Source, sampleSize, wholeTable } from '@fondasi/catalog/src/features/facets/sample.ts'
import { manyMatches } from '@fondasi/catalog/src/features/search/plan.ts'
import { createDb } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { timed } from '../load.ts'
import { atMost, type Row } from '../report.ts'
import { median } from '../statistics.ts'
import type { CatalogBench } from './catalog-services.ts'

const rounds = 7
const word = 'hitam'

/**
 * All facets of a common word with the filter `in stock`: counted in one pass, beside one scan for each facet; and
 * counted in the sample, beside all matches.
 */
export async function measureFacets({ database, scale }: CatalogBench): Promise<Row[]> {
  const db = createDb(database)
  const match = sql`search @@ ${`'${word}'`}::tsquery`
  const filters = { currency: 'IDR', inStock: true } as const
  const set = { found: { tsquery: `'${word}'`, codeMatches: [], unwanted: [] }, filters, isPriced: false }
  const bounds = [0, 5_000_000, 10_000_000, 50_000_000]
  const count = (source: Source) => countFacets(db, set, { source, bounds })
  const offers = sql`(select product_id, brand_id, category_id, offer.* from product_search, unnest(offers) as offer
    where ${match}) as hits`
  const separate = [
    sql`select brand_id, count(distinct product_id) from ${offers} where in_stock group by 1`,
    sql`select category_id, count(distinct product_id) from ${offers} where in_stock group by 1`,
    sql`select width_bucket((prices ->> 'IDR')::bigint, array[0, 5000000, 10000000, 50000000]::bigint[]),
      count(distinct product_id) from ${offers} where in_stock group by 1`,
    sql`select in_stock, count(distinct product_id) from ${offers} group by 1`,
    sql`select term, count(distinct product_id) from ${offers}, unnest(terms) as term where in_stock group by 1`,
  ]
  const { rows: counted } = await db.execute<{ matches: number }>(
    sql`select count(*)::integer as matches from product_search where ${match}`,
  )
  const matches = counted[0]?.matches ?? 0
  const isSampled = matches > manyMatches
  const times = { onePass: [] as number[], separate: [] as number[], sampled: [] as number[] }
  let exact = await count(wholeTable)
  let sampled = await count({ of: 'sample' })
  for (let round = 0; round < rounds; round += 1) {
    times.onePass.push(await timed(async () => (exact = await count(wholeTable))))
    times.separate.push(
      await timed(async () => {
        for (const statement of separate) await db.execute(statement)
      }),
    )
    times.sampled.push(await timed(async () => (sampled = await count({ of: 'sample' }))))
  }
  const at = `${matches} matches, at ${scale}`
  const ms = (name: keyof typeof times) => `${median(times[name]).toFixed(1)} ms`
  const errors = ['brand', 'category', 'attribute'].flatMap((facet) =>
    exact
      .filter((row) => row.facet === facet)
      .toSorted((a, b) => b.count - a.count)
      .slice(0, 5)
      .map(({ value, count }) => {
        const found = sampled.find((row) => row.facet === facet && row.value === value)
        return Math.abs(((found?.count ?? 0) * sampleSize) / count - 1)
      }),
  )
  return [
    {
      name: 'facets, one pass ÷ one scan each',
      value: median(times.onePass) / median(times.separate),
      goal: atMost(0.45),
      from: `${ms('onePass')} ÷ ${ms('separate')}; ${at}`,
    },
    {
      name: 'facets, sampled ÷ exact',
      value: median(times.sampled) / median(times.onePass),
      ...(isSampled && { goal: atMost(0.15) }),
      from: `${ms('sampled')} ÷ ${ms('onePass')}; ${at}`,
    },
    {
      name: 'facets, error of the five commonest, worst',
      value: Math.max(...errors),
      ...(isSampled && { goal: atMost(0.1) }),
      from: `median ${median(errors).toFixed(3)}; of brand, category and attribute`,
    },
  ]
}
