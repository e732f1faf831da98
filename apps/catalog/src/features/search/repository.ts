import type { Db, Tx } from '@fondasi/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { inSample } from '../facets/repository.ts'
import { sampleSize } from '../facets/sample.ts'
import { all, inSet, isFound, isOneOf } from '../filters/repository.ts'
import type { Filters, ProductSet } from '../filters/schemas.ts'
import { manyMatches, type Plan, rarity, type Segment, type Tier } from './plan.ts'
import { either, matching, type Part, type Word } from './word.ts'

/** Weights of D, C, B, A in ts_rank: description, details, brand, title. */
const weights = sql.raw(`'{0.05, 0.1, 0.4, 1}'::real[]`)
/** A product with a code that was typed is above everything that words can reach. */
const codeBonus = 100
/** What each word adds that is in the name of the product's category. */
const categoryBonus = 0.2
/** What two words of the query add when they are neighbours in the product, too. */
const neighbourBonus = 0.5

export interface Scored extends Record<string, unknown> {
  id: string
  /**
   * Words of the query that the product has anywhere. A code counts as a hundred. Among products with only some of the words,
   * one in the name of the category counts twice: `mainan anak` (toys, child) shows toys before a tablet for children.
   */
  coverage: number
  score: number
}

export interface Ranking extends Pick<Plan, 'found'> {
  words: readonly Word[]
  filters: Filters
  products: number
}

/**
 * A page of a segment, best first (worst first when it is read backwards).
 * @param range.edge the row that the page follows; undefined at the beginning of the segment
 */
export async function rank(
  db: Db | Tx,
  ranking: Ranking,
  segment: Segment,
  { limit, isBackwards, edge }: { limit: number; isBackwards: boolean; edge: Scored | undefined },
): Promise<Scored[]> {
  const comparison = sql.raw(isBackwards ? '>' : '<')
  const isBeyond =
    edge &&
    sql`where (coverage, score, id) ${comparison}
      (${edge.coverage}::integer, ${edge.score}::double precision, ${edge.id}::uuid)`
  const { rows } = await db.execute<Scored>(sql`
    select * from (select ${scored(ranking, segment.match)} from product_search where ${inSegment(ranking, segment)}) as ranked
    ${isBeyond ?? sql``}
    order by ${isBackwards ? sql`coverage, score, id` : sql`coverage desc, score desc, id desc`}
    limit ${limit}`)
  return rows
}

/** A partial index is used only where its condition is a literal in the query. */
const tierConditions: Record<Tier | 'every', SQL> = {
  0: sql.raw('tier = 0'),
  1: sql.raw('tier = 1'),
  2: sql.raw('tier = 2'),
  popular: sql.raw('tier <= 1'),
  every: sql.raw('true'),
}

export function inSegment({ found, filters }: Ranking, { match, tier, tsquery }: Segment): SQL {
  const isMatch =
    match === 'all'
      ? isFound({ found, filters, isPriced: false })
      : sql`search @@ ${tsquery}::tsquery and not ${isFound({ found, filters, isPriced: false })}`
  return all([isMatch, tierConditions[tier], inSet({ filters, isPriced: false })])
}

/** The columns of `Scored`. */
export function scored({ words, found, products }: Ranking, match: Segment['match']): SQL {
  const covered = words.map((word) => sql`(search @@ ${matching(word)}::tsquery)::integer`)
  if (found.codeMatches.length > 0)
    covered.push(sql`${isOneOf(found.codeMatches)}::integer * ${codeBonus}::integer`)
  const inCategory = words.flatMap(({ category }) =>
    category === null ? [] : [sql`(search @@ ${category}::tsquery)::integer`],
  )
  if (match === 'some') covered.push(...inCategory)
  const neighbours = words.slice(1).flatMap((word, index) => {
    const before = words[index]
    const tsquery = before && `(${matching(before)}) <-> (${matching(word)})`
    return tsquery === undefined ? [] : [sql`(search @@ ${tsquery}::tsquery)::integer`]
  })
  // Rounded as double precision: as numeric, rounding would take longer than everything else.
  return sql`product_id as id, ${sum(covered)} as coverage, round((${sum(words.map((word) => wordScore(word, products)))})
    * (1 + ${neighbourBonus}::double precision * (${sum(neighbours)}) + ${categoryBonus}::double precision * (${sum(inCategory)}))
    / (1 + ln(1 + title_length)) * (1 + 0.1 * ln(1 + popularity)) * 1e9) / 1e9 as score`
}

function wordScore({ parts, frequency }: Word, products: number): SQL {
  return sum(parts.map((part) => partScore(part, rarity(frequency, products))))
}

/** ts_rank divides by the number of alternatives; a word is not worth less for having synonyms. */
function partScore({ factor, tsqueries }: Part, rarityFactor: number): SQL {
  const scale = factor * rarityFactor * tsqueries.length
  return sql`${scale}::double precision * ts_rank(${weights}, search, ${either(tsqueries)}::tsquery)`
}

function sum(terms: readonly SQL[]): SQL {
  return terms.length === 0 ? sql`0` : sql.join([...terms], sql` + `)
}

export interface Counted extends Record<string, unknown> {
  /** In the sample, when the vocabulary expects many matches: before filters, and after. */
  sample: { matched: number; found: number } | null
  /** All that are found, unless the sample has so many of them that an estimate is good enough. */
  found: number | null
}

/** Counts what is found. With many matches, in the sample; then one by one only if the sample says that there are few. */
export async function countFound(db: Db | Tx, set: ProductSet, hasMany: boolean): Promise<Counted> {
  const passes = inSet(set)
  const sampled = sql`
    select json_build_object('matched', count(*), 'found', count(*) filter (where ${passes})) as sample
    from product_search where ${isFound(set)} and ${inSample}`
  const { rows } = await db.execute<Counted>(sql`
    select sample, case when sample is null or (sample ->> 'found')::integer * ${sampleSize}::integer <= ${manyMatches}::integer then (
      select count(*)::integer from product_search where ${passes}
    ) end as found
    from (${hasMany ? sampled : sql`select null::json as sample`}) as seen`)
  return rows[0] ?? { sample: null, found: 0 }
}

/** As much of a description as the index has. */
const indexedLength = 4_000

/** The descriptions of products, by the products' ids. */
export async function readDescriptions(
  db: Db | Tx,
  ids: readonly string[],
): Promise<Map<string, { en: string; id: string }>> {
  const { rows } = await db.execute<{ product: string; en: string; id: string }>(sql`
    select id as product, left(description_en, ${indexedLength}) as en, left(description_id, ${indexedLength}) as id
    from products where id = any(${sql.param([...ids])}::uuid[])`)
  return new Map(rows.map(({ product, en, id }) => [product, { en, id }]))
}

/** For each text, whether it has one of the lexemes, and whether every word of it does. */
export async function findMatching(
  db: Db | Tx,
  texts: readonly string[],
  lexemes: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.execute<{ text: string }>(sql`
    with words as materialized (
      select text_number, joined, array[word, stem, 'en:' || stem, 'id:' || indonesian_stem(word)]
        && ${sql.param([...lexemes])}::text[] as matches
      from search_words(${sql.param([...texts])}::text[]), lateral (select english_stem(word) as stem offset 0) as english
    )
    select given.text from unnest(${sql.param([...texts])}::text[]) with ordinality as given(text, number)
    join words on text_number = number
    group by number, given.text having bool_or(joined and matches) or bool_and(joined or matches)`)
  return new Set(rows.map(({ text }) => text))
}

/** Scores, and what each word of the query adds to them before neighbours, title length and popularity. */
export async function readScores(tx: Tx, ranking: Ranking, match: Segment['match'], ids: readonly string[]) {
  const parts = ranking.words.map((word) => sql`(${wordScore(word, ranking.products)})::double precision`)
  const { rows } = await tx.execute<Scored & { parts: number[] }>(sql`
    select ${scored(ranking, match)}, array[${sql.join(parts, sql`, `)}] as parts
    from product_search where ${isOneOf(ids)}
    order by coverage desc, score desc, id desc`)
  return rows
}
