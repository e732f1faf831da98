import type { PoolClient } from 'pg'
import { atMost, type Row } from '../report.ts'
import { median } from '../statistics.ts'
import type { CatalogBench } from './catalog-services.ts'

const rounds = 9

/** Queries that cost other engines most. `-black` alone is refused, so it comes with a word. */
const adversarial = [
  'a',
  'sh',
  'e',
  'shirt -black',
  'produk dibuat untuk dipakai setiap hari bergaransi satu tahun',
  'black white navy red green grey brown pink',
  'merah muda biru dongker',
  Array.from({ length: 40 }, (_, index) => ['red', 'shirt', 'cotton', 'kemeja'][index % 4]).join(' '),
  'zzzzzzzz',
  '"one year of warranty"',
  '128 256 512',
]

/** Pages of 8 kB that the worst query of a hostile bank makes PostgreSQL look at. */
export async function measureAdversarial(bench: CatalogBench): Promise<Row[]> {
  let worst = { query: '', buffers: 0 }
  for (const query of adversarial) {
    const { buffers } = await explain(bench, query)
    if (buffers > worst.buffers) worst = { query, buffers }
  }
  return [
    {
      name: 'worst query, buffers',
      value: worst.buffers,
      goal: atMost(20_000),
      from: JSON.stringify(worst.query),
    },
  ]
}

/**
 * Ranking a page, in PostgreSQL's own time, beside what most kits do: a GIN index on to_tsvector, plainto_tsquery and
 * ts_rank. The peer has its own table with nothing else in it.
 */
export async function measureRanking(bench: CatalogBench): Promise<Row[]> {
  const client = await bench.owner.connect()
  try {
    await client.query(`create table naive as select id, to_tsvector('simple', title_en || ' ' || title_id || ' '
      || description_en || ' ' || description_id) as text from products`)
    await client.query('create index on naive using gin (text)')
    await client.query('vacuum analyze naive')
    const rows: Row[] = []
    for (const [name, query, limit] of rankings) {
      const own: number[] = []
      const naive: number[] = []
      while (own.length < rounds) {
        own.push((await explain(bench, query)).milliseconds)
        naive.push(await naiveMilliseconds(client, query))
      }
      rows.push({
        name: `${name} ÷ naive, at ${bench.scale}`,
        value: median(own) / median(naive),
        // The goals are for a million; a smaller shop has no common words.
        ...(bench.scale >= 1_000_000 && { goal: atMost(limit) }),
        from: `${median(own).toFixed(2)} ms ÷ ${median(naive).toFixed(2)} ms`,
      })
    }
    return rows
  } finally {
    client.release()
  }
}

const rankings = [
  ['common word', 'merah', 0.05],
  ['two common words', 'kemeja merah', 0.25],
  ['rare words', 'penanak besar', 1.2],
] as const

async function naiveMilliseconds(client: PoolClient, query: string): Promise<number> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ 'Execution Time': number }] }>(
    `explain (analyze, format json) select id from naive, plainto_tsquery('simple', $1) as query
     where text @@ query order by ts_rank(text, query) desc limit 10`,
    [query],
  )
  return rows[0]?.['QUERY PLAN'][0]['Execution Time'] ?? Number.NaN
}

async function explain({ service, authorization }: CatalogBench, query: string) {
  const path = `/v1/products/search/explain?${new URLSearchParams({ q: query }).toString()}`
  const { status, body } = await service.send({ path, headers: { authorization } })
  if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`)
  const answer: { buffers: number; milliseconds: number } = JSON.parse(body)
  return answer
}
