import type { Db } from '@fondasi/postgres'
import { type ParsedQuery, parse } from '../search/parse.ts'
import { plan } from '../search/plan.ts'
import { type Understood, understand } from '../search/understand.ts'
import { matching } from '../search/word.ts'
import * as repository from './repository.ts'
import type { Suggestions, SuggestQuery } from './schemas.ts'

/**
 * What to show below a search field while a person types: completions of the last word, and the first products that a search
 * for the text would find. Mistyped words are understood as in a search.
 * @throws {Problem} `empty_query`, `pure_negation`
 */
export async function suggest(db: Db, { q, locale, limit }: SuggestQuery): Promise<Suggestions> {
  const parsed = parse(q)
  const understood = await understand(db, parsed)
  const { found, segments } = plan(understood)
  const [completions, items] = await Promise.all([
    complete(db, q, { parsed, understood, limit }),
    repository.findFirst(db, { found, ...understood, filters: { currency: 'IDR' } }, segments, {
      locale,
      limit,
    }),
  ])
  return { items, page: { next: null, prev: null }, completions }
}

/** The text with its last word completed to words that some product has together with the other words. */
async function complete(
  db: Db,
  q: string,
  { parsed, understood, limit }: { parsed: ParsedQuery; understood: Understood; limit: number },
): Promise<string[]> {
  const alternatives = parsed.wanted.at(-1)?.map(({ text }) => text) ?? []
  const typed = alternatives.at(-1) ?? ''
  // A measure such as `16 gb` was joined and does not end the text.
  if (!parsed.isOpenEnded || !q.endsWith(typed)) return []
  const others = understood.words.filter(({ text }) => text !== alternatives.join(' OR '))
  const conditions = [
    ...others.map((word) => `(${matching(word)})`),
    ...understood.unwanted.map((tsquery) => `!(${tsquery})`),
  ]
  const completions = await repository.findCompletions(db, typed, conditions, limit)
  return completions.map((word) => q.slice(0, q.length - typed.length) + word)
}
