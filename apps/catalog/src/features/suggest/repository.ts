import type { Db } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import type { Segment } from '../search/plan.ts'
import { inSegment, type Ranking, scored } from '../search/repository.ts'
import { isWord } from '../search/vocabulary/repository.ts'
import type { Suggestions, SuggestQuery } from './schemas.ts'

/** Of the words that begin as typed, these many are tried, the most frequent ones. */
const maxTried = 50

export interface Completion extends Record<string, unknown> {
  word: string
  tsqueries: string[]
  /** Products that have the word in title or brand. */
  frequency: number
}

/**
 * Words of titles and brands that begin with `typed`, the most frequent one first.
 *
 * @param conditions tsqueries that a product with the word must match, too
 */
export async function findCompletions(
  db: Db,
  typed: string,
  conditions: readonly string[],
  limit: number,
): Promise<Completion[]> {
  const before = [...conditions, '('].join(' & ')
  // Materialized: for a single match PostgreSQL would scan the table, and a rare combination is at its end.
  const { rows } = await db.execute<Completion>(sql`
    with tried as materialized (
      select word, forms_of(word) as tsqueries, title_frequency as frequency from vocabulary
      where word like code_key(${typed}) || '_%' and ${isWord} and title_frequency > 0
        and word not in (select word from stop_words)
      order by title_frequency desc, word limit ${maxTried}
    )
    select * from tried where (
      with matches as materialized (
        select from product_search where search @@ (${before}::text || array_to_string(tsqueries, ' | ') || ')')::tsquery
      )
      select exists (select from matches)
    )
    order by frequency desc, word limit ${limit}`)
  return rows
}

/**
 * The first products of a ranking, in one statement: PostgreSQL reads a segment only if those before it have too few
 * products.
 */
export async function findFirst(
  db: Db,
  ranking: Ranking,
  segments: readonly Segment[],
  { locale, limit }: Pick<SuggestQuery, 'locale' | 'limit'>,
): Promise<Suggestions['items']> {
  const names = segments.map((_, place) => sql.raw(`segment_${place}`))
  const parts = segments.map((segment, place) => {
    const found = names.slice(0, place).map((name) => sql`(select count(*) from ${name})`)
    return sql`${names[place]} as materialized (
      select ${place}::integer as place, ${scored(ranking, segment.match)} from product_search
      where ${inSegment(ranking, segment)} and ${sql.join([sql`0`, ...found], sql` + `)} < ${limit}
      order by coverage desc, score desc, id desc limit ${limit})`
  })
  const all = names.map((name) => sql`select * from ${name}`)
  const title = sql.raw(locale === 'en' ? 'title_en' : 'title_id')
  const { rows } = await db.execute<Suggestions['items'][number]>(sql`
    with ${sql.join(parts, sql`, `)}
    select id, slug, ${title} as title, images -> 0 as image
    from (${sql.join(all, sql` union all `)}) as found
    join products using (id) join product_slugs on product_id = id
    order by place, coverage desc, score desc, id desc limit ${limit}`)
  return rows
}
