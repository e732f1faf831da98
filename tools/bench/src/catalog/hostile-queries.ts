import { atMost, type Row } from '../report.ts'
import { type CatalogBench, databaseCost, search } from './catalog-services.ts'

/** Queries that cost other engines most. `-black` alone is refused, so it comes with a word. */
const hostile: readonly Record<string, string>[] = [
  { q: 'a' },
  { q: 'e' },
  { q: 'sh' },
  { q: 'me' },
  { q: 'shirt -black' },
  { q: 'merah -kemeja -kaos' },
  { q: 'made for everyday use' },
  { q: 'produk dibuat untuk dipakai setiap hari bergaransi satu tahun' },
  { q: 'black white navy red green grey brown pink' },
  { q: 'merah muda biru dongker', facets: 'true' },
  { q: 'merah', facets: 'true' },
  { q: 'black OR white OR navy OR red OR green OR grey OR brown', facets: 'true' },
  { q: Array.from({ length: 40 }, (_, index) => ['red', 'shirt', 'cotton', 'kemeja'][index % 4]).join(' ') },
  { q: 'satu dua tiga empat lima enam tujuh delapan sembilan sepuluh '.repeat(4) },
  { q: 'zzzzzzzz' },
  { q: 'BO-887H' },
  { q: '"one year of warranty"', facets: 'true' },
  { q: '"warranty one"' },
  { q: '128 256 512' },
  { q: 'kebaya jati', facets: 'true' },
  { q: 'kebaya jati', sort: 'price' },
  { q: 'kebaya jati', sort: '-created', facets: 'true' },
  { q: 'merah', sort: '-price' },
  { q: 'merah', minPrice: '7500000', maxPrice: '7600000' },
  { q: 'merah', minPrice: '7500000', maxPrice: '7600000', sort: 'price', facets: 'true' },
  { q: 'merah', minPrice: '7000000', maxPrice: '8000000' },
  { q: 'kemeja merah', minPrice: '99000000' },
]

/** Pages of 8 kB that all statements of the worst request of a hostile bank make PostgreSQL look at. */
export async function measureAdversarial(bench: CatalogBench): Promise<Row[]> {
  const costs: { query: string; buffers: number }[] = []
  for (const query of hostile) {
    const { buffers } = await databaseCost(bench, () => search(bench, query))
    costs.push({ query: JSON.stringify(query).slice(0, 60), buffers })
  }
  const worst = costs.toSorted((a, b) => b.buffers - a.buffers).slice(0, 3)
  return [
    {
      name: `worst of ${hostile.length} hostile queries, buffers, at ${bench.scale}`,
      value: worst[0]?.buffers ?? Number.NaN,
      goal: atMost(20_000),
      from: worst.map(({ query, buffers }) => `${query} ${buffers}`).join('; '),
    },
  ]
}
