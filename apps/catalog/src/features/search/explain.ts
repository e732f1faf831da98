import type { Db } from '@fondasi/postgres'
import type { Filters } from '../filters/schemas.ts'
import * as repository from './repository.ts'
import { prepareSearch } from './service.ts'

/** Rows whose scores are taken apart. */
const explainedRows = 10

/**
 * How a search was answered: the words and what they stood for, the plan, PostgreSQL's own plan with the buffers it
 * read, and where the first rows have their scores from. Runs in a read-only transaction with a time limit.
 * @throws {Problem} `empty_query`, `pure_negation`
 */
export function explainSearch(db: Db, q: string, filters: Filters) {
  return repository.readOnly(db, async (tx) => {
    const search = await prepareSearch(tx, q, filters)
    const plan = await repository.explainRank(tx, search, { limit: explainedRows })
    const rows = await repository.rank(tx, search, { limit: explainedRows })
    const parts = await repository.scoreParts(
      tx,
      search,
      rows.map(({ id }) => id),
    )
    return {
      words: search.groups.map((group) => ({
        text: group.text,
        exact: group.exact,
        near: group.near,
        corrections: group.corrections,
        products: group.exactFrequency + group.nearFrequency,
      })),
      strategy: {
        match: search.plan.match,
        branches: search.plan.branches.map((branch) => ({
          ...branch,
          index: repository.indexOf[branch.tier],
        })),
        codeMatches: search.codeMatches,
        products: search.products,
      },
      ...plan,
      scores: rows.map(({ id, coverage, score }) => ({
        id,
        coverage,
        score,
        parts: parts.find((part) => part.id === id)?.parts ?? [],
      })),
    }
  })
}
