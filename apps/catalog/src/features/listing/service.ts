import type { Db } from '@fondasi/postgres'
import { countedExactly, totalUpTo } from '../facets/sample.ts'
import type { Facets, Total } from '../facets/schemas.ts'
import { readFacets } from '../facets/service.ts'
import * as repository from './repository.ts'

/** A page that is read along an index until it is full. */
const pageRows = 100

/**
 * A walk along the sort's index reads products ÷ found rows for each row of a page; gathering reads everything that is
 * found. This takes the cheaper one. PostgreSQL itself would trust its statistics, and may read a million rows for an
 * empty page.
 */
function readingFor(found: number, products: number): repository.Reading {
  return found * found <= pageRows * products ? 'gather' : 'walk'
}

/** How many products a list has, the best way to read its pages, and its facets if they are wanted. */
export async function survey(
  db: Db,
  list: repository.ProductList,
  withFacets: boolean,
): Promise<{ total: Total; reading: repository.Reading; facets?: Facets }> {
  const factor = await repository.findSampleFactor(db)
  const { found, products } = await repository.countSample(db, list, factor)
  const about = Math.round(found * factor)
  const reading = readingFor(about, products * factor)
  const isSampled = factor > 1
  // Few in the sample may be none or many.
  const isCounted = isSampled && reading === 'gather'
  const total: Total = isCounted
    ? totalUpTo(await repository.countGathered(db, list, countedExactly + 1))
    : { value: about, relation: isSampled ? 'estimate' : 'eq' }
  if (!withFacets) return { total, reading }
  const wholeList = isCounted && total.relation === 'eq'
  return { total, reading, facets: await readFacets(db, list, { of: 'pages', factor, wholeList }) }
}
