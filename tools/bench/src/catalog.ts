import { startCatalogBench } from './catalog/catalog-services.ts'
import { measureAdversarial, measureRanking } from './catalog/cost.ts'
import { measureImport } from './catalog/import.ts'
import { measureCodes, measureRelevance } from './catalog/relevance.ts'
import type { Cleanups } from './data-stores.ts'
import type { Effort } from './load.ts'
import { describeMachine, type Row } from './report.ts'

const measurements = [
  ['relevance', measureRelevance],
  ['codes', measureCodes],
  ['hostile queries', measureAdversarial],
  ['ranking beside plain full text', measureRanking],
  ['import', measureImport],
] as const

const defaultScale = 5_000

/**
 * The catalog's promises in figures: counts, and ratios of two things measured by turns on this machine.
 *
 * @param scale products in the made-up shop
 */
export async function benchCatalog(
  effort: Effort,
  cleanups: Cleanups,
  say: (line: string) => void,
  scale = defaultScale,
): Promise<{ rows: Row[]; machine: string }> {
  say('Starting PostgreSQL, Redis and the service')
  const bench = await startCatalogBench(effort, scale, cleanups, say)
  const rows: Row[] = []
  for (const [what, measure] of measurements) {
    say(`Measuring ${what}`)
    rows.push(...(await measure(bench)))
  }
  return { rows, machine: describeMachine() }
}
