import { randomBytes } from 'node:crypto'
import { type Statement, watch } from '@fondasi/catalog/src/features/search/explain/repository.ts'
import { search as findProducts } from '@fondasi/catalog/src/features/search/search.ts'
import { createDb } from '@fondasi/postgres'
import { createCursorCodec } from '@fondasi/service'
import { timed } from '../load.ts'
import { atMost, type Row } from '../report.ts'
import { percentile } from '../statistics.ts'
import { type CatalogBench, search } from './catalog-services.ts'

const words = ['merah', 'kemeja katun', 'laptop gaming 16gb', 'sepatu lari', 'green tea', 'meja jati lipat']
const requests = 300

/**
 * What HTTP, validation, planning of the search, mapping and JSON add: searches through the service (each is a new
 * query, so none is cached) beside the statements that they cause, sent by bare pg, in turns, one at a time.
 */
export async function measureHttp(bench: CatalogBench): Promise<Row[]> {
  const times = { http: [] as number[], statements: [] as number[] }
  for (let index = 0; index < requests; index += 1) {
    const q = words[index % words.length] ?? ''
    const limit = 1 + Math.floor(index / words.length)
    const statements = await statementsOf(bench, q, limit)
    const http = () => timed(() => search(bench, { q, limit: String(limit) }))
    const raw = () =>
      timed(async () => {
        for (const { text, parameters } of statements) await bench.database.query(text, parameters)
      })
    // The side that comes second finds the pages in memory, so the sides take turns at being first.
    if (index % 2 === 0) times.http.push(await http())
    times.statements.push(await raw())
    if (index % 2 === 1) times.http.push(await http())
  }
  const [http, raw] = [percentile(times.http, 95), percentile(times.statements, 95)]
  return [
    {
      name: '(HTTP p95 − 1 ms) ÷ p95 of its bare statements',
      value: (http - 1) / raw,
      goal: atMost(1.3),
      from: `${http.toFixed(2)} ms, ${raw.toFixed(2)} ms`,
    },
  ]
}

/** The statements that a search sends to the database, in order. */
async function statementsOf({ database }: CatalogBench, q: string, limit: number): Promise<Statement[]> {
  const { watched, sent } = watch(createDb(database))
  const query = { q, limit, sort: 'relevance', facets: false, currency: 'IDR' } as const
  await findProducts(
    watched,
    createCursorCodec(randomBytes(32), () => new Date()),
    query,
  )
  return sent
}
