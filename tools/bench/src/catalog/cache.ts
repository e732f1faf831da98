import { createHttpClient } from '../http-client.ts'
import { timed } from '../load.ts'
import { atMost, exactly, type Row } from '../report.ts'
import { percentile } from '../statistics.ts'
import { type CatalogBench, metricOf, search, startInstance } from './catalog-services.ts'

const queries = 200
const words = ['merah', 'kemeja katun', 'laptop gaming 16gb', 'sepatu lari', 'green tea', 'meja jati lipat']
const rounds = 10
const together = 100
const warmUps = 30

/** Compares cache misses and hits in turns, and counts the searches that many identical requests at once cause. */
export async function measureCache(bench: CatalogBench): Promise<Row[]> {
  const times = { miss: [] as number[], hit: [] as number[] }
  for (let index = 0; index < queries; index += 1) {
    const query = newQuery(index)
    times.miss.push(await timed(() => search(bench, query)))
    times.hit.push(await timed(() => search(bench, query)))
  }
  const [hit, miss] = [percentile(times.hit, 95), percentile(times.miss, 95)]
  return [
    {
      name: 'cache, hit p95 ÷ miss p95',
      value: hit / miss,
      goal: atMost(0.2),
      from: `${hit.toFixed(2)} ms ÷ ${miss.toFixed(2)} ms, ${queries} searches each`,
    },
    await measureCrowd(bench),
  ]
}

/** The same new query from a hundred clients at once, half of them at each of two instances. */
async function measureCrowd(bench: CatalogBench): Promise<Row> {
  const second = await startInstance(bench.settings)
  const instances = [bench.origins, second.origins]
  const clients = instances.map(({ api }) => createHttpClient(api, together / instances.length))
  const fills = async () => {
    const counts = await Promise.all(
      instances.map(({ metrics }) => metricOf(metrics, 'catalog_cache_fills_total')),
    )
    return counts.reduce((sum, each) => sum + each, 0)
  }
  try {
    // The second instance has just started, so it still has to compile its code.
    for (let index = 0; index < warmUps; index += 1) {
      const query = new URLSearchParams(newQuery(queries + rounds + index)).toString()
      await clients[1]?.send({ path: `/v1/products/search?${query}` })
    }
    const made: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const path = `/v1/products/search?${new URLSearchParams(newQuery(queries + round)).toString()}`
      const before = await fills()
      const answers = await Promise.all(
        clients.flatMap((client) =>
          Array.from({ length: together / clients.length }, () => client.send({ path })),
        ),
      )
      const failed = answers.find((answer) => answer.status !== 200)
      if (failed) throw new Error(`${path} returned ${failed.status}: ${failed.body}`)
      made.push((await fills()) - before)
    }
    return {
      name: `${together} identical misses at once at two instances, searches made`,
      value: Math.max(...made),
      goal: exactly(1),
      from: `maximum of ${rounds} rounds`,
    }
  } finally {
    for (const client of clients) await client.close()
    await second.stop()
  }
}

/** A query that is in no cache. Its price limit is above that of every product, so it filters nothing out. */
function newQuery(index: number): Record<string, string> {
  return { q: words[index % words.length] ?? '', maxPrice: String(10 ** 14 + index) }
}
