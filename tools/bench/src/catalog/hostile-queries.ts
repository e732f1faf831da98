import { atMost, type Row } from '../report.ts'
import { type CatalogBench, databaseCost, search } from './catalog-services.ts'

/** Queries that cost other search engines most. `-black` alone is refused, so it comes with a word. */
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
  // A range where most prices are, just too wide for an index scan.
  { q: 'merah', minPrice: '17000000', maxPrice: '17400000' },
  { q: 'merah', minPrice: '25000000', maxPrice: '26000000', sort: '-price', facets: 'true' },
  // Tens of thousands of matches that are all expensive, or all cheap.
  { q: 'laptop', sort: 'price' },
  { q: 'laptop', sort: 'price', limit: '100', facets: 'true' },
  { q: 'laptop', sort: 'price', currency: 'USD' },
  { q: 'laptop', sort: 'price', inStock: 'false', facets: 'true' },
  { q: 'meja', sort: 'price' },
  { q: 'meja jati', sort: 'price', limit: '100' },
  { q: 'sampo', sort: '-price' },
  { q: 'sampo', sort: '-price', limit: '100', facets: 'true' },
  { q: 'keripik OR sambal', sort: '-price', currency: 'USD' },
  { q: 'laptop OR sampo', sort: 'price' },
  { q: 'a', sort: 'price' },
  { q: 'laptop', sort: '-created' },
  { q: 'laptop', sort: 'rating' },
  // The matches of a word are next to each other in the order of names.
  { q: 'kemeja', sort: 'nameId' },
  { q: 'laptop', sort: 'nameId', limit: '100' },
  { q: 'senja', sort: '-nameEn' },
  { q: 'senja', sort: 'nameEn', limit: '100', facets: 'true' },
  { q: 'kemeja', sort: '-nameId', limit: '100', facets: 'true' },
  { q: 'kemeja', sort: 'nameEn', minPrice: '17000000', maxPrice: '25000000' },
  { q: 'laptop', sort: 'nameEn', limit: '100' },
  { q: 'laptop', sort: '-nameEn', inStock: 'false' },
  { q: 'kemeja', inStock: 'false' },
  { q: 'senja', sort: 'price', inStock: 'false' },
  { q: 'meja', sort: '-nameId' },
  { q: 'sampo', sort: 'nameId', facets: 'true' },
  { q: 'sampo', sort: 'nameEn' },
  { q: 'keripik OR sambal', sort: '-nameId' },
  { q: 'laptop OR sampo', sort: '-nameEn', limit: '100' },
  { q: 'sepatu lari', sort: 'nameId' },
  { q: 'kebaya jati', sort: 'nameEn', facets: 'true' },
  { q: 'merah', sort: '-nameId', attributes: 'material=cotton' },
  { q: 'made for everyday use', sort: 'nameEn', limit: '100' },
  { q: '"one year of warranty"', sort: '-nameId' },
  { q: 'a', sort: 'nameEn' },
]

/** Pages that are read one after the other, and then back again, in every order except by relevance. */
const pagesInARow = 10
const forwardAndBack = (['next', 'prev'] as const).flatMap((direction) =>
  Array.from({ length: pagesInARow }, () => direction),
)

/** Pages of 8 kB (buffers) that PostgreSQL reads for all statements of the worst request. */
export async function measureHostileQueries(bench: CatalogBench): Promise<Row[]> {
  const costs: { query: string; buffers: number }[] = []
  for (const query of hostile) {
    let page: Record<'next' | 'prev', string | null> | undefined
    for (const direction of 'sort' in query ? forwardAndBack : forwardAndBack.slice(0, 1)) {
      const cursor = page?.[direction]
      if (cursor === null) continue
      let body = ''
      const parameters: Record<string, string> = { ...query, ...(cursor !== undefined && { cursor }) }
      const { buffers } = await databaseCost(bench, async () => (body = await search(bench, parameters)))
      const where = page === undefined ? 'first' : direction
      costs.push({ query: `${JSON.stringify(query).slice(0, 90)} ${where} page`, buffers })
      page = JSON.parse(body).page
    }
  }
  const worst = costs.toSorted((a, b) => b.buffers - a.buffers).slice(0, 3)
  return [
    {
      name: `worst of ${costs.length} pages of ${hostile.length} hostile queries, buffers, at ${bench.scale}`,
      value: worst[0]?.buffers ?? Number.NaN,
      goal: atMost(20_000),
      from: worst.map(({ query, buffers }) => `${query} ${buffers}`).join('; '),
    },
  ]
}
