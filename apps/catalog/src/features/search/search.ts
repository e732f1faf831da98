import type { Db } from '@fondasi/postgres'
import type { CursorCodec } from '@fondasi/service'
import { count } from './count.ts'
import { parse } from './parse.ts'
import { plan as planOf } from './plan.ts'
import { present } from './present.ts'
import { rank } from './rank.ts'
import type { SearchPage, SearchQuery } from './schemas.ts'
import { understand } from './understand.ts'

/**
 * A search: from the text that was typed to a page of products, in six steps. Each step gets what earlier steps have made,
 * and changes nothing in it.
 * @returns the page, and what the first steps made of the text, for `explain`
 * @throws {Problem} `empty_query`, `pure_negation`, `invalid_cursor`
 */
export async function search(db: Db, cursors: CursorCodec, query: SearchQuery) {
  const parsed = parse(query.q)
  const understood = await understand(db, parsed)
  const plan = planOf(understood)
  const [{ items: ranked, page }, counts] = await Promise.all([
    rank(db, cursors, { understood, plan, query }),
    count(db, plan, query),
  ])
  const result: SearchPage = { ...(await present(db, understood, ranked, query)), page, ...counts }
  return { result, parsed, understood, plan, ranked }
}
