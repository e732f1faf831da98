import type { Db, Tx } from '@fondasi/postgres'
import { sampleSize, wholeTable } from '../facets/sample.ts'
import type { Facets, Total } from '../facets/schemas.ts'
import { readFacets } from '../facets/service.ts'
import { isByPrice } from '../listing/schemas.ts'
import { manyMatches, type Plan } from './plan.ts'
import * as repository from './repository.ts'
import type { SearchQuery } from './schemas.ts'

/**
 * Step 5: counts what is found, and its facets if they are wanted. A list that is sorted by price has only products with a
 * price, so only those are counted.
 */
export async function count(
  db: Db | Tx,
  { found, expected }: Plan,
  { sort, facets: withFacets, ...filters }: SearchQuery,
): Promise<{ total: Total; facets?: Facets }> {
  const set = { found, filters, isPriced: sort !== 'relevance' && isByPrice(sort) }
  const { total, countsSample } = decideTotal(await repository.countFound(db, set, expected > manyMatches))
  if (!withFacets) return { total }
  return { total, facets: await readFacets(db, set, countsSample ? { of: 'sample' } : wholeTable) }
}

/** Whether the total is exact, and whether facets are counted in all products or in the sample. */
export function decideTotal({ sample, found }: repository.Counted): { total: Total; countsSample: boolean } {
  const countsSample = sample !== null && sample.matched * sampleSize > manyMatches
  if (found !== null) return { total: { value: found, relation: 'eq' }, countsSample }
  return { total: { value: (sample?.found ?? 0) * sampleSize, relation: 'estimate' }, countsSample }
}
