import { measureCache } from './catalog/cache.ts'
import { type CatalogBench, fillShop, startCatalogBench } from './catalog/catalog-services.ts'
import { measureFacets } from './catalog/facets.ts'
import { measureHostileQueries } from './catalog/hostile-queries.ts'
import { measureHttp } from './catalog/http.ts'
import { measureImport } from './catalog/import.ts'
import { measureImportMemory } from './catalog/import-memory.ts'
import { measurePages } from './catalog/pages.ts'
import { measurePriceChange } from './catalog/price-change.ts'
import { measureRanking } from './catalog/ranking.ts'
import { judgedShopSize, measureCodes, measureRelevance } from './catalog/relevance.ts'
import { measureStems } from './catalog/stems.ts'
import { type BenchRun, measureParts, type Part } from './run-bench.ts'

const relevance: readonly Part<CatalogBench>[] = [
  ['relevance', measureRelevance],
  ['codes', measureCodes],
  ['stems', measureStems],
]
const costs: readonly Part<CatalogBench>[] = [
  ['hostile queries', measureHostileQueries],
  ['searches beside plain full text', measureRanking],
  ['facets', measureFacets],
  ['pages', measurePages],
  ['the service around the database', measureHttp],
  ['the cache', measureCache],
  ['a price change', measurePriceChange],
  ['import', measureImport],
  ['memory for a large import', measureImportMemory],
]

const defaultScale = 1_000_000

/**
 * The performance goals of the catalog: counts, and ratios of two things measured in turns on this machine. Whether
 * a search finds the right products is judged in the shop of `npm start`; its cost is measured in a shop of `scale`
 * products. When a shop cannot be filled, its parts cannot run: the bench ends there.
 */
export async function benchCatalog(run: BenchRun): Promise<void> {
  const { effort, cleanups, say, scale = defaultScale } = run
  say('Starting PostgreSQL, Redis and the service')
  const bench = await startCatalogBench(effort, scale, cleanups)
  run.servers.push(...bench.servers)
  await fillShop(bench, judgedShopSize, say)
  await measureParts(relevance, bench, run)
  await fillShop(bench, scale, say)
  await measureParts(costs, bench, run)
}
