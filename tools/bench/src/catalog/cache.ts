import { createHttpClient } from '../http-client.ts'
import { timed } from '../load.ts'
import { atMost, exactly, type Row } from '../report.ts'
import { percentile } from '../statistics.ts'
import { type CatalogBench, metricOf, search, startInstance } from './catalog-services.ts'

const questions = 200
const words = ['merah', 'kemeja katun', 'laptop gaming 16gb', 'sepatu lari', 'green tea', 'meja jati lipat']
const rounds = 10
const together = 100
const warmUps = 30

/** Answers from the cache beside answers that are worked out, by turns; and what a crowd with one question costs. */
export async function measureCache(bench: CatalogBench): Promise<Row[]> {
  const times = { miss: [] as number[], hit: [] as number[] }
  for (let index = 0; index < questions; index += 1) {
    const question = newQuestion(index)
    times.miss.push(await timed(() => search(bench, question)))
    times.hit.push(await timed(() => search(bench, question)))
  }
  const [hit, miss] = [percentile(times.hit, 95), percentile(times.miss, 95)]
  return [
    {
      name: 'cache, hit p95 ÷ miss p95',
      value: hit / miss,
      goal: atMost(0.2),
      from: `${hit.toFixed(2)} ms ÷ ${miss.toFixed(2)} ms, ${questions} searches each`,
    },
    await measureCrowd(bench),
  ]
}

/** The same new question from a hundred clients at once, half of them at each of two instances. */
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
    // A process that has just started compiles what others have compiled.
    for (let index = 0; index < warmUps; index += 1) {
      const query = new URLSearchParams(newQuestion(questions + rounds + index)).toString()
      await clients[1]?.send({ path: `/v1/products/search?${query}` })
    }
    const made: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const path = `/v1/products/search?${new URLSearchParams(newQuestion(questions + round)).toString()}`
      const before = await fills()
      const answers = await Promise.all(
        clients.flatMap((client) =>
          Array.from({ length: together / clients.length }, () => client.send({ path })),
        ),
      )
      const failed = answers.find((answer) => answer.status !== 200)
      if (failed) throw new Error(`${path} answered ${failed.status}: ${failed.body}`)
      made.push((await fills()) - before)
    }
    return {
      name: `${together} identical misses at once at two instances, searches made`,
      value: Math.max(...made),
      goal: exactly(1),
      from: `the most of ${rounds} rounds`,
    }
  } finally {
    for (const client of clients) await client.close()
    await second.stop()
  }
}

/** One that nobody has asked: no product costs so much. */
function newQuestion(index: number): Record<string, string> {
  return { q: words[index % words.length] ?? '', maxPrice: String(10 ** 14 + index) }
}
