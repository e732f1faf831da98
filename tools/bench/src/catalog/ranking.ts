import { atMost, type Row } from '../report.ts'
import { median } from '../statistics.ts'
import { type CatalogBench, databaseCost, search } from './catalog-services.ts'

const rounds = 9

/** The goals hold for a million products: a smaller shop has no common words. */
const goalScale = 1_000_000

const kinds = [
  ['a common word', ['merah', 'black', 'kulit', 'wireless', 'katun'], 0.05],
  ['two common words', ['kemeja merah', 'cotton shirt', 'sepatu hitam', 'wireless mouse', 'meja jati'], 0.25],
  ['a rare code', ['BO-887H', 'HA-100A', 'NA-102C', 'WI-101B', 'KA-104E'], 1.2],
] as const

/**
 * What a page of search results costs in the database, all statements together, beside the search of most kits: one
 * GIN index on to_tsvector, plainto_tsquery, ts_rank and a count. The peer's table has no other columns.
 */
export async function measureRanking(bench: CatalogBench): Promise<Row[]> {
  await bench.owner.query(`create table naive as select id, to_tsvector('simple', title_en || ' ' || title_id || ' '
    || description_en || ' ' || description_id) as text from products`)
  await bench.owner.query('create index on naive using gin (text)')
  await bench.owner.query('vacuum analyze naive')
  const rows: Row[] = []
  for (const [name, queries, limit] of kinds) {
    const own: number[] = []
    const naive: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      for (const q of queries) {
        // Another limit each round, because the cache would answer the same query.
        const cost = await databaseCost(bench, () => search(bench, { q, limit: String(10 + round) }))
        own.push(cost.milliseconds)
        naive.push(await naiveMilliseconds(bench, q))
      }
    }
    rows.push({
      name: `${name} ÷ naive, p50, at ${bench.scale}`,
      value: median(own) / median(naive),
      ...(bench.scale >= goalScale && { goal: atMost(limit) }),
      from: `${median(own).toFixed(2)} ms ÷ ${median(naive).toFixed(2)} ms`,
    })
  }
  return rows
}

async function naiveMilliseconds({ owner }: CatalogBench, query: string): Promise<number> {
  let total = 0
  for (const statement of [
    `select id from naive, plainto_tsquery('simple', $1) as query
     where text @@ query order by ts_rank(text, query) desc limit 10`,
    `select count(*) from naive where text @@ plainto_tsquery('simple', $1)`,
  ]) {
    const { rows } = await owner.query<{ 'QUERY PLAN': [{ 'Execution Time': number }] }>(
      `explain (analyze, timing off, format json) ${statement}`,
      [query],
    )
    total += rows[0]?.['QUERY PLAN'][0]['Execution Time'] ?? Number.NaN
  }
  return total
}
