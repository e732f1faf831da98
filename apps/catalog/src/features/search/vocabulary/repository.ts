import type { Db, Tx } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { type Candidate, mistakesAllowed, remainders } from '../spelling.ts'
import type { KnownWord } from '../word.ts'

interface WordRow extends Record<string, unknown>, KnownWord {
  textNumber: string
}

/** What the database knows about the words of each text. */
export async function readWords(db: Db | Tx, texts: readonly string[]): Promise<Map<string, KnownWord[]>> {
  const once = [...new Set(texts)]
  const { rows } = await db.execute<WordRow>(sql`
    select text_number as "textNumber", word, is_joined as "isJoined", is_stop_word as "isStopWord", frequency,
      title_frequency as "titleFrequency", english as "englishStem", english_frequency as "stemFrequency",
      exists (
        select from vocabulary
        where vocabulary.word in (english || 'e', case when english like '%i' then left(english, -1) || 'y' end)
      ) as "isCutStem",
      indonesian as "indonesianStem", indonesian_frequency as "indonesianFrequency", synonyms
    from known_words(${sql.param(once)}::text[])`)
  return Map.groupBy(rows, ({ textNumber }) => once[Number(textNumber) - 1] ?? '')
}

/** Stems are in the vocabulary too: `en:shirt`. */
export const isWord = sql`strpos(word, ':') = 0`

/** Completions that are offered for a word that may still be unfinished. */
const maxCompletions = 10
/** Both parts of a split word have at least as many letters: `power bank`, but not `c able`. */
const minSplitLetters = 3

/** Words that may have been meant by one that the vocabulary does not have. */
export async function findCandidates(db: Db | Tx, word: string, isOpenEnded: boolean): Promise<Candidate[]> {
  const allowed = mistakesAllowed(word)
  const similar = allowed === 0 ? [] : remainders(word, allowed)
  // Words are letters and digits: none of LIKE's wildcards can be in one.
  const { rows } = await db.execute<Candidate & Record<string, unknown>>(sql`
    with completions as (
      select word, frequency, title_frequency from vocabulary
      where ${isOpenEnded} and word like ${`${word}_%`} and ${isWord} and title_frequency > 0
      order by title_frequency desc, word limit ${maxCompletions}
    ), corrections as (
      select distinct word, frequency, title_frequency from vocabulary_deletes join vocabulary using (word)
      where remainder = any(${sql.param(similar)}::text[]) and word not in (select word from stop_words)
    ), places as (
      select left(${word}, place) as head, substr(${word}, place + 1) as tail
      from generate_series(${minSplitLetters}::integer, length(${word}) - ${minSplitLetters}::integer) as place
    )
    select word as text, 'completion' as kind, forms_of(word) as tsqueries, frequency, title_frequency as "titleFrequency"
    from completions
    union all
    select word, 'correction', forms_of(word), frequency, title_frequency from corrections
    union all
    select term, 'correction', synonyms_of(term), 0, 0 from synonyms
    where length(term) between length(${word}) - 2 and length(${word}) + 2 and left(term, 1) = left(${word}, 1)
    union all
    select head || ' ' || tail, 'split', array[quote_literal(head) || ' <-> ' || quote_literal(tail)],
      least(one.frequency, other.frequency), least(one.title_frequency, other.title_frequency)
    from places join vocabulary as one on one.word = head join vocabulary as other on other.word = tail
    where one.title_frequency > 0 and other.title_frequency > 0`)
  return rows
}

/** More would not change which candidate is the likeliest. */
const countedMatches = 200

/** How many products match each tsquery, up to 200. */
export async function countMatches(db: Db | Tx, tsqueries: readonly string[]): Promise<Map<string, number>> {
  if (tsqueries.length === 0) return new Map()
  // A statement for each, because PostgreSQL chooses the index by the tsquery that it sees.
  const counts = tsqueries.map(
    (tsquery) => sql`
      select ${tsquery}::text as tsquery, (
        select count(*)::integer from (
          select from product_search where search @@ ${tsquery}::tsquery limit ${countedMatches}
        ) as matching
      ) as matches`,
  )
  const { rows } = await db.execute<{ tsquery: string; matches: number }>(sql.join(counts, sql` union all `))
  return new Map(rows.map(({ tsquery, matches }) => [tsquery, matches]))
}

/** A text of the query that is a SKU, GTIN or model number. */
export interface FoundCode extends Record<string, unknown> {
  /** The text as `code_key` writes it. */
  key: string
  isWhole: boolean
  products: string[]
  /** Whether a product with another code has the words of the text in a row. */
  othersHaveIt: boolean
}

/** Products with one of these texts as SKU, GTIN or model number, in any written form. */
export async function findCodes(
  db: Db | Tx,
  { whole, parts }: { whole: string; parts: readonly string[] },
): Promise<FoundCode[]> {
  const { rows } = await db.execute<FoundCode>(sql`
    with asked as materialized (
      select distinct on (key) text, code_key(text) as key
      from unnest(${sql.param([whole, ...parts])}::text[]) as text where code_key(text) <> ''
    ), found as materialized (
      select product_id, code_keys from skus where code_keys && (select array_agg(key) from asked)
    ), owners as materialized (
      select key, text, array_agg(distinct product_id) as products from found join asked on key = any(code_keys)
      -- Not those of deleted products.
      cross join lateral (select from product_search where product_search.product_id = found.product_id limit 1) as living
      group by key, text
    )
    select key, key = code_key(${whole}) as "isWhole", products, exists (
      select from product_search
      where search @@ in_a_row.tsquery and product_id <> all(products)
    ) as "othersHaveIt"
    from owners cross join lateral (
      select string_agg(quote_literal(word), ' <-> ' order by position)::tsquery as tsquery
      from search_words(array[text]) where not joined
    ) as in_a_row`)
  return rows
}

/** How many products there are, by the last count of the background job. */
export async function countProducts(db: Db | Tx): Promise<number> {
  const { rows } = await db.execute<{ products: number }>(sql`select products from search_index_state`)
  return rows[0]?.products ?? 0
}
