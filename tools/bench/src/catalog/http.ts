import { findListed } from '@fondasi/catalog/src/features/products/repository.ts'
import { createSearchService } from '@fondasi/catalog/src/features/search/service.ts'
import { createDb } from '@fondasi/postgres'
import { atMost, type Row } from '../report.ts'
import { percentile } from '../statistics.ts'
import { type CatalogBench, search } from './catalog-services.ts'

const requests = 300
const words = ['merah', 'kemeja katun', 'laptop gaming 16gb', 'sepatu lari', 'green tea', 'meja jati lipat']

/**
 * What HTTP, checks and JSON add: searches through the service beside the very same statements sent from here, by
 * turns, one at a time.
 */
export async function measureHttp(bench: CatalogBench): Promise<Row[]> {
  const db = createDb(bench.database)
  const service = createSearchService({ db })
  const filters = { currency: 'IDR' } as const
  const statements = async (q: string) => {
    const prepared = await service.prepare(q, filters)
    const ranked = await service.rank(prepared, filters, { limit: 21 })
    const listed = await findListed(
      db,
      ranked.slice(0, 20).map(({ id }) => id),
      'IDR',
    )
    await service.highlight(
      prepared,
      listed.map(({ title }) => title),
    )
    await service.count(prepared, filters, 'relevance', false)
  }
  const times = { http: [] as number[], statements: [] as number[] }
  for (let index = 0; index < requests; index += 1) {
    const q = words[index % words.length] ?? ''
    times.http.push(await timed(() => search(bench, { q })))
    times.statements.push(await timed(() => statements(q)))
  }
  const [http, raw] = [percentile(times.http, 95), percentile(times.statements, 95)]
  return [
    {
      name: '(HTTP p95 − 1 ms) ÷ p95 of its statements',
      value: (http - 1) / raw,
      goal: atMost(1.3),
      from: `${http.toFixed(2)} ms, ${raw.toFixed(2)} ms`,
    },
  ]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
