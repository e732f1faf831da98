import { measureCache } from './catalog/cache.ts'
import { fillShop, startCatalogBench } from './catalog/catalog-services.ts'
import { measureFacets } from './catalog/facets.ts'
import { measureAdversarial } from './catalog/hostile-queries.ts'
import { measureHttp } from './catalog/http.ts'
import { measureImport } from './catalog/import.ts'
import { measureImportMemory } from './catalog/import-memory.ts'
import { measurePages } from './catalog/pages.ts'
import { measurePriceChange } from './catalog/price-change.ts'
import { measureRanking } from './catalog/ranking.ts'
import { judgedShopSize, measureCodes, measureRelevance } from './catalog/relevance.ts'
import { measureStems } from './catalog/stems.ts'
import type { Cleanups } from './data-stores.ts'
import type { Effort } from './load.ts'
import { describeMachine, type Row } from './report.ts'

const small = [
  ['relevance', measureRelevance],
  ['codes', measureCodes],
  ['stems', measureStems],
] as const
const large = [
  ['hostile queries', measureAdversarial],
  ['searches beside plain full text', measureRanking],
  ['facets', measureFacets],
  ['pages', measurePages],
  ['the service around the database', measureHttp],
  ['the cache', measureCache],
  ['a price change', measurePriceChange],
  ['import', measureImport],
  ['memory for a large import', measureImportMemory],
] as const

const defaultScale = 1_000_000

/**
 * The catalog's promises in figures: counts, and ratios of two things measured by turns on this machine. What finds
 * the right things is judged in the shop of `npm start`; what it costs, in one of `scale` products.
 */
export async function benchCatalog(
  effort: Effort,
  cleanups: Cleanups,
  say: (line: string) => void,
  scale = defaultScale,
): Promise<{ rows: Row[]; machine: string }> {
  const machine = describeMachine()
  say('Starting PostgreSQL, Redis and the service')
  const bench = await startCatalogBench(effort, scale, cleanups)
  const rows: Row[] = []
  const measureAll = async (measurements: typeof small | typeof large) => {
    for (const [what, measure] of measurements) {
      say(`Measuring ${what}`)
      rows.push(...(await measure(bench)))
    }
  }
  await fillShop(bench, judgedShopSize, say)
  await measureAll(small)
  await fillShop(bench, scale, say)
  await measureAll(large)
  return { rows, machine }
}
