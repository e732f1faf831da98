import type { Db } from '@fondasi/postgres'
import { type ParsedQuery, parse } from '../search/parse.ts'
import { plan } from '../search/plan.ts'
import { type Understood, understand } from '../search/understand.ts'
import { matching, withCompletions } from '../search/word.ts'
import * as repository from './repository.ts'
import type { Suggestions, SuggestQuery } from './schemas.ts'

/**
 * What to show below a search field while a person types: completions of the last word, and the first products that have all
 * words, the last one as typed or completed. Mistyped words are understood as in a search.
 * @throws {Problem} `empty_query`, `pure_negation`
 */
export async function suggest(db: Db, { q, locale, limit }: SuggestQuery): Promise<Suggestions> {
  const parsed = parse(q)
  const understood = await understand(db, parsed)
  const unfinished = unfinishedOf(q, parsed)
  const isUnfinished = ({ text }: { text: string }) => text === unfinished?.text
  const completions =
    unfinished === undefined
      ? []
      : await repository.findCompletions(db, unfinished.typed, conditionsOf(understood, isUnfinished), limit)
  const words = understood.words.map((word) =>
    isUnfinished(word) ? withCompletions(word, completions) : word,
  )
  const { found, segments } = plan({ ...understood, words })
  const ranking = { ...understood, words, found, filters: { currency: 'IDR' as const } }
  const items = await repository.findFirst(db, ranking, segments, { locale, limit })
  const before = q.slice(0, q.length - (unfinished?.typed.length ?? 0))
  return {
    items,
    page: { next: null, prev: null },
    completions: completions.map(({ word }) => before + word),
  }
}

/** The last word if it may go on: as it was typed, and as `understand` calls it (`red OR blu`). */
function unfinishedOf(q: string, { wanted, isOpenEnded }: ParsedQuery) {
  const alternatives = wanted.at(-1)?.map(({ text }) => text) ?? []
  const typed = alternatives.at(-1)
  // A measure such as `16 gb` was joined, so the text does not end with it.
  if (!isOpenEnded || typed === undefined || !q.endsWith(typed)) return undefined
  return { typed, text: alternatives.join(' OR ') }
}

/** tsqueries of the other words and of the excluded ones. */
function conditionsOf(
  { words, unwanted }: Understood,
  isUnfinished: (word: { text: string }) => boolean,
): string[] {
  const others = words.filter((word) => !isUnfinished(word))
  return [...others.map((word) => `(${matching(word)})`), ...unwanted.map((tsquery) => `!(${tsquery})`)]
}
