import { measureCache } from './catalog/cache.ts'
import { type CatalogBench, fillShop, startCatalogBench } from './catalog/catalog-services.ts'
import { measureFacets } from './catalog/facets.ts'
import { measureHttp } from './catalog/http.ts'
import { measureImport } from './catalog/import.ts'
import { measureImportMemory } from './catalog/import-memory.ts'
import { measureJudged } from './catalog/judged.ts'
import { measurePages } from './catalog/pages.ts'
import { measurePriceChange } from './catalog/price-change.ts'
import { measureRanking } from './catalog/ranking.ts'
import { judgedShopSize, measureCodes, measureRelevance } from './catalog/relevance.ts'
import { measureSortedSearches } from './catalog/sorted-searches.ts'
import { measureStems } from './catalog/stems.ts'
import { measureWords } from './catalog/words.ts'
import { type BenchRun, measureParts, type Part } from './run-bench.ts'

const relevance: readonly Part<CatalogBench>[] = [
  ['relevance', measureRelevance],
  ['codes', measureCodes],
  ['joined, split and everyday words', measureWords],
  ['stems', measureStems],
]
const costs: readonly Part<CatalogBench>[] = [
  ['sorted searches', measureSortedSearches],
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
 * The performance goals of the catalog: counts, and ratios of two things measured in turns on this machine. Relevance is
 * judged in the shop of `npm start`, or with `--judged` on a set of your own; cost is measured in a shop of `scale` products.
 * When a shop cannot be filled, its parts cannot run: the bench ends there.
 */
export async function benchCatalog(run: BenchRun): Promise<void> {
  const { effort, cleanups, say, scale = defaultScale, judged } = run
  say('Starting PostgreSQL, Redis and the service')
  const bench = await startCatalogBench(effort, scale, cleanups)
  run.servers.push(...bench.servers)
  if (judged !== undefined) {
    await measureParts([['the judged set', () => measureJudged(bench, judged)]], bench, run)
    return
  }
  await fillShop(bench, judgedShopSize, say)
  await measureParts(relevance, bench, run)
  await fillShop(bench, scale, say)
  await measureParts(costs, bench, run)
}
