import type { Db } from '@fondasi/postgres'
import type { CursorCodec } from '@fondasi/service'
import { createListingService } from '../listing/service.ts'
import { answerSearch } from './answer.ts'
import { frequencyOf } from './plan.ts'
import * as repository from './repository.ts'
import type { SearchQuery } from './schemas.ts'
import { createSearchService } from './service.ts'

/** Rows whose scores are taken apart. */
const explainedRows = 10

/**
 * How a search was answered: the words and what they stood for, the plan, every statement with PostgreSQL's own plan and the
 * buffers it read, and where the first rows have their scores from. The search is run as it is; then its statements are
 * run once more to be explained, in a read-only transaction with a time limit.
 * @throws {Problem} `empty_query`, `pure_negation`, `invalid_cursor`
 */
export async function explainSearch({ db, cursors }: { db: Db; cursors: CursorCodec }, query: SearchQuery) {
  const { watched, asked } = repository.watch(db)
  const search = createSearchService({ db: watched, listing: createListingService({ db: watched }) })
  const { prepared, ids } = await answerSearch({ search, cursors }, query)
  const { groups, plan, codeMatches, products } = prepared
  const branches = plan.branches.map((branch) => ({ ...branch, index: repository.indexOf[branch.tier] }))
  return repository.readOnly(db, async (tx) => {
    const statements = []
    for (const statement of asked.filter(({ text }) => /^\s*(select|with)\s/.test(text))) {
      statements.push(await repository.explain(tx, statement))
    }
    const ranked = query.sort === 'relevance' ? ids.slice(0, explainedRows) : []
    return {
      words: groups.map((group) => ({ ...group, products: frequencyOf(group) })),
      strategy: { ...plan, branches, codeMatches, products },
      statements,
      buffers: statements.reduce((sum, { buffers }) => sum + buffers, 0),
      milliseconds: statements.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      scores: await repository.readScores(tx, prepared, ranked),
    }
  })
}
