import type { Db } from '@fondasi/postgres'
import type { Filters } from '../filters/schemas.ts'
import { findListed } from '../products/repository.ts'
import { highlight, wordsOf } from './highlight.ts'
import type { Ranked } from './rank.ts'
import * as repository from './repository.ts'
import type { SearchPage } from './schemas.ts'
import { snippet } from './snippet.ts'
import type { Understood } from './understand.ts'

/** Step 6: the products of the page, with what matched marked in their titles and descriptions, and how the words were understood. */
export async function present(
  db: Db,
  { words, ignored }: Understood,
  ranked: readonly Ranked[],
  filters: Filters,
): Promise<Pick<SearchPage, 'items' | 'corrections' | 'unknownWords' | 'ignoredWords'>> {
  const ids = ranked.map(({ id }) => id)
  const partial = new Set(ranked.filter(({ isPartial }) => isPartial).map(({ id }) => id))
  const [listed, descriptions] = await Promise.all([
    findListed(db, ids, filters),
    repository.readDescriptions(db, ids),
  ])
  const tsqueries = words.flatMap(({ parts }) => parts.flatMap((part) => part.tsqueries))
  const lexemes = new Set(tsqueries.flatMap((tsquery) => tsquery.match(/(?<=')[^']+(?=')/g) ?? []))
  const texts = [...listed.map(({ title }) => title), ...descriptions.values()]
  const matched = await repository.findMatching(db, wordsOf(texts.flatMap(({ en, id }) => [en, id])), [
    ...lexemes,
  ])
  const isMatch = (word: string) => matched.has(word)
  const items = listed.map((product) => {
    const { id, title } = product
    const description = descriptions.get(id)
    return {
      ...product,
      highlight: { en: highlight(title.en, isMatch), id: highlight(title.id, isMatch) },
      snippet: { en: snippet(description?.en ?? '', isMatch), id: snippet(description?.id ?? '', isMatch) },
      isPartialMatch: partial.has(id),
    }
  })
  const corrected = words.filter(({ corrections }) => corrections.length > 0)
  return {
    items,
    corrections: Object.fromEntries(corrected.map(({ text, corrections }) => [text, corrections])),
    unknownWords: words.flatMap(({ text, unknown }) => (unknown === null ? [] : [text])),
    ignoredWords: ignored,
  }
}
