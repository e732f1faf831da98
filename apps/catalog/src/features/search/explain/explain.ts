import type { Db } from '@fondasi/postgres'
import type { CursorCodec } from '@fondasi/service'
import { readScores } from '../repository.ts'
import type { SearchQuery } from '../schemas.ts'
import { search } from '../search.ts'
import * as repository from './repository.ts'

/** How many products have their scores taken apart. */
const explainedRows = 10

/**
 * How a search was answered: what each step made of it, every statement with PostgreSQL's own plan and the buffers it read,
 * and the parts of the first scores. The search runs as usual. Then its statements run once more to be explained, in a
 * read-only transaction with a time limit.
 * @throws {Problem} `empty_query`, `pure_negation`, `invalid_cursor`
 */
export async function explainSearch({ db, cursors }: { db: Db; cursors: CursorCodec }, query: SearchQuery) {
  const { watched, sent } = repository.watch(db)
  const { parsed, understood, plan, ranked } = await search(watched, cursors, query)
  const { sort, ...filters } = query
  return repository.readOnly(db, async (tx) => {
    const statements = []
    for (const statement of sent) statements.push(await repository.explain(tx, statement))
    const explained = sort === 'relevance' ? ranked.slice(0, explainedRows) : []
    const scoresOf = (isPartial: boolean) => {
      const ids = explained.filter((row) => row.isPartial === isPartial).map(({ id }) => id)
      return readScores(tx, { ...plan, ...understood, filters }, isPartial ? 'some' : 'all', ids)
    }
    return {
      parsed: { ...parsed },
      understood: { ...understood },
      plan: { ...plan },
      statements,
      buffers: statements.reduce((sum, { buffers }) => sum + buffers, 0),
      milliseconds: statements.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      scores: [...(await scoresOf(false)), ...(await scoresOf(true))],
    }
  })
}
