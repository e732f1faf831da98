import type { Db } from '@fondasi/postgres'
import type { Filters } from '../filters/schemas.ts'
import { findListed } from '../products/repository.ts'
import { highlight, wordsOf } from './highlight.ts'
import type { Ranked } from './rank.ts'
import * as repository from './repository.ts'
import type { SearchPage } from './schemas.ts'
import type { Understood } from './understand.ts'

/** Step 6: the products of the page, with what matched marked in their titles, and how the words were understood. */
export async function present(
  db: Db,
  { words }: Understood,
  ranked: readonly Ranked[],
  filters: Filters,
): Promise<Pick<SearchPage, 'items' | 'corrections' | 'unknownWords'>> {
  const ids = ranked.map(({ id }) => id)
  const partial = new Set(ranked.filter(({ isPartial }) => isPartial).map(({ id }) => id))
  const listed = await findListed(db, ids, filters)
  const tsqueries = words.flatMap(({ parts }) => parts.flatMap((part) => part.tsqueries))
  const lexemes = new Set(tsqueries.flatMap((tsquery) => tsquery.match(/(?<=')[^']+(?=')/g) ?? []))
  const titles = listed.flatMap(({ title }) => [title.en, title.id])
  const matched = await repository.findMatching(db, wordsOf(titles), [...lexemes])
  const mark = (text: string) => highlight(text, (word) => matched.has(word))
  const items = listed.map((product) => ({
    ...product,
    highlight: { en: mark(product.title.en), id: mark(product.title.id) },
    isPartialMatch: partial.has(product.id),
  }))
  const corrected = words.filter(({ corrections }) => corrections.length > 0)
  return {
    items,
    corrections: Object.fromEntries(corrected.map(({ text, corrections }) => [text, corrections])),
    unknownWords: words.flatMap(({ text, unknown }) => (unknown === null ? [] : [text])),
  }
}
