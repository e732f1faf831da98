import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { inSample } from '../facets/repository.ts'
import { countedExactly, type SampleSize, totalUpTo } from '../facets/sample.ts'
import type { Total } from '../facets/schemas.ts'
import { type Branch, rarity, type SearchPlan, type Tier } from './plan.ts'
import { either, inTitle, type KnownWord, matching, type WordGroup } from './word-group.ts'

/** Weights of D, C, B, A in ts_rank: description, details, stems and brand, title. */
const weights = sql.raw(`'{0.05, 0.1, 0.4, 1}'::real[]`)
/** What comes near (a stem, the rest of a word, a synonym, a correction) is worth less than what was typed. */
const nearFactor = 0.4
/** A model number may be many products'; more of them than fit a page is no answer. */
const maxCodeMatches = 20
/** A code that was typed is what was meant: above everything that words can reach. */
const codeBonus = 100

interface WordRow extends Record<string, unknown>, KnownWord {
  termNumber: string
}

/** What the database knows of the words of each term, by the term's place. One query for all. */
export async function readWords(db: Db | Tx, terms: readonly string[]): Promise<KnownWord[][]> {
  const { rows } = await db.execute<WordRow>(sql`
    select text_number as "termNumber", word, is_joined as "isJoined", is_stop_word as "isStopWord", frequency,
      english as "englishStem", indonesian as "indonesianStem", stem_frequency as "stemFrequency", synonyms
    from known_words(${sql.param([...terms])}::text[])`)
  return terms.map((_, index) => rows.filter((row) => Number(row.termNumber) === index + 1))
}

/** The commonest words of titles that begin so, without the word itself. */
export async function findByPrefix(
  db: Db | Tx,
  prefix: string,
  limit: number,
): Promise<{ word: string; frequency: number }[]> {
  // Words are letters and digits: none of LIKE's wildcards can be in one.
  const { rows } = await db.execute<{ word: string; frequency: number }>(sql`
    select word, frequency from vocabulary
    where word like ${`${prefix}_%`} and title_frequency > 0
    order by title_frequency desc, word limit ${limit}`)
  return rows
}

/** Words that share a remainder (see spelling.ts) with a mistyped one. */
export async function findNeighbours(
  db: Db | Tx,
  remainders: readonly string[],
): Promise<{ word: string; frequency: number }[]> {
  const { rows } = await db.execute<{ word: string; frequency: number }>(sql`
    select distinct vocabulary.word, title_frequency as frequency
    from vocabulary_deletes join vocabulary using (word)
    where remainder = any(${sql.param([...remainders])}::text[])`)
  return rows
}

/** Products with this SKU, GTIN or model number, however it is written. */
export async function findByCode(db: Db | Tx, code: string): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    with found as materialized (
      -- Without a limit in here: PostgreSQL would hope to meet it soon and read SKUs one by one.
      select product_id as id from skus where code_keys @> array[(select code_key(${code}))]
    )
    -- The limit keeps it a look-up for each: PostgreSQL expects thousands and would read all products instead.
    select distinct id from found
    cross join lateral (select from product_search where product_id = found.id limit 1) as living
    limit ${maxCodeMatches}`)
  return rows.map(({ id }) => id)
}

/** How many products there are, by the last count of the background job. */
export async function countProducts(db: Db | Tx): Promise<number> {
  const { rows } = await db.execute<{ products: number }>(sql`select products from search_index_state`)
  return rows[0]?.products ?? 0
}

/** Are there at least so many candidates that the filters let through? Counts no further. */
export async function hasCandidates(
  db: Db | Tx,
  branch: Branch,
  filters: readonly SQL[],
  enough: number,
): Promise<boolean> {
  const conditions = sql.join([inBranch(branch), ...filters], sql` and `)
  const { rows } = await db.execute<{ found: number }>(sql`
    select count(*)::integer as found
    from (select from product_search where ${conditions} limit ${enough}) as candidate`)
  return (rows[0]?.found ?? 0) >= enough
}

export interface Scored extends Record<string, unknown> {
  id: string
  /**
   * Words of the query that title or brand have; a code counts as a hundred. A category does not count: all things
   * on its shelf have that word.
   */
  coverage: number
  score: number
}

export interface Ranking {
  plan: SearchPlan
  groups: readonly WordGroup[]
  codeMatches: readonly string[]
  filters: readonly SQL[]
  products: number
}

/** Where a page starts: the last row before it, or the first behind it (then read backwards). */
export type RankedRange = { limit: number } & ({ after?: Scored } | { before: Scored })

/** One page, best first (worst first when read backwards). */
export async function rank(db: Db | Tx, ranking: Ranking, range: RankedRange): Promise<Scored[]> {
  const backwards = 'before' in range
  const edge = backwards ? range.before : range.after
  const key = sql`(coverage, score, id)`
  const start = edge && sql`(${edge.coverage}::integer, ${edge.score}::double precision, ${edge.id}::uuid)`
  const { rows } = await db.execute<Scored>(sql`
    select * from (select ${scored(ranking)} from product_search where ${candidates(ranking)}) as ranked
    ${start === undefined ? sql`` : backwards ? sql`where ${key} > ${start}` : sql`where ${key} < ${start}`}
    order by ${backwards ? sql`coverage, score, id` : sql`coverage desc, score desc, id desc`}
    limit ${range.limit}`)
  return rows
}

/** The columns of `Scored`. */
function scored(ranking: Ranking): SQL {
  const words = ranking.groups.map((group) => groupScore(group, ranking.products))
  // Rounded not as numeric, which takes longer than all the rest.
  return sql`product_id as id, ${coverage(ranking)} as coverage, round((${sum(words)})
    / (1 + 2 * ln(1 + title_length)) * (1 + 0.1 * ln(1 + popularity)) * 1e9) / 1e9 as score`
}

/** Which products the plan ranks: a condition on `product_search`. */
function candidates({ plan, codeMatches, filters }: Ranking): SQL {
  const found = [
    ...plan.branches.map(inBranch),
    ...(codeMatches.length > 0 ? [sql`product_id = any(${sql.param([...codeMatches])}::uuid[])`] : []),
  ]
  return sql.join([sql`(${sql.join(found, sql` or `)})`, ...filters], sql` and `)
}

/** A partial index is used only where its condition stands in the query as a literal. */
function inBranch({ tier, tsquery }: Branch): SQL {
  return sql`(search @@ ${tsquery}::tsquery and ${tierCondition[tier]})`
}

const tierCondition: Record<Tier, SQL> = {
  0: sql.raw('tier = 0'),
  1: sql.raw('tier <= 1'),
  2: sql.raw('true'),
}

function coverage({ groups, codeMatches }: Ranking): SQL {
  const matched = groups.map((group) => sql`(search @@ ${inTitle(matching(group))}::tsquery)::integer`)
  if (codeMatches.length > 0) {
    matched.push(
      sql`(product_id = any(${sql.param([...codeMatches])}::uuid[]))::integer * ${codeBonus}::integer`,
    )
  }
  return sum(matched)
}

function groupScore(
  { exact, near, exactFrequency, nearFrequency, isAlone }: WordGroup,
  products: number,
): SQL {
  return sum([
    part(exact, rarity(exactFrequency, products)),
    // Else each look would be in vain.
    isAlone ? sql`0` : part(near, rarity(exactFrequency + nearFrequency, products) * nearFactor),
  ])
}

/** ts_rank divides by the number of alternatives; a word is not worth less for having synonyms. */
function part(alternatives: readonly string[], factor: number): SQL {
  if (alternatives.length === 0) return sql`0`
  const scale = factor * alternatives.length
  return sql`${scale}::double precision * ts_rank(${weights}, search, ${either(alternatives)}::tsquery)`
}

function sum(parts: readonly SQL[]): SQL {
  return parts.length === 0 ? sql`0` : sql.join([...parts], sql` + `)
}

/** The condition of all that a search finds, for counts and facets; with a filter only what that lets through. */
export function matchCondition(
  { plan, codeMatches }: Pick<Ranking, 'plan' | 'codeMatches'>,
  filter?: SQL,
): SQL {
  return candidates({
    plan: { ...plan, branches: [{ tier: 2, tsquery: plan.tsquery }] },
    codeMatches,
    groups: [],
    filters: filter ? [filter] : [],
    products: 0,
  })
}

/** Which of these words have one of the lexemes, as they are or as their stem. */
export async function findMatching(
  db: Db | Tx,
  words: readonly string[],
  lexemes: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.execute<{ word: string }>(sql`
    select word from unnest(${sql.param([...words])}::text[]) as word,
      lateral (select fold(word) as folded offset 0) as plain, lateral (select english_stem(folded) as stem offset 0) as english
    where array[folded, stem, 'en:' || stem, 'id:' || indonesian_stem(folded)] && ${sql.param([...lexemes])}::text[]`)
  return new Set(rows.map(({ word }) => word))
}

/** Counts matches, up to ten thousand. */
export async function countMatches(db: Db | Tx, match: SQL, filters: readonly SQL[]): Promise<Total> {
  const conditions = sql.join([match, ...filters], sql` and `)
  const { rows } = await db.execute<{ found: number }>(sql`
    select count(*)::integer as found
    from (select from product_search where ${conditions} limit ${countedExactly + 1}) as matched`)
  return totalUpTo(rows[0]?.found ?? 0)
}

/** How many products of a sample match, and how many of those pass the filters. */
export async function countSample(
  db: Db | Tx,
  match: SQL,
  filters: readonly SQL[],
  sample: SampleSize,
): Promise<{ matched: number; found: number }> {
  const holds = sql.join([sql`true`, ...filters], sql` and `)
  const { rows } = await db.execute<{ matched: number; found: number }>(sql`
    select count(*)::integer as matched, (count(*) filter (where ${holds}))::integer as found
    from product_search where ${match} and ${inSample(sample)}`)
  return rows[0] ?? { matched: 0, found: 0 }
}

/** The text index of each tier. */
export const indexOf: Record<Tier, string> = {
  0: 'product_search_text_tier_0',
  1: 'product_search_text_tier_1',
  2: 'product_search_text',
}

/** An explanation must not cost what it explains: a search that takes longer is cut off. */
const explainTimeoutMs = 2_000

/** Runs `work` in a transaction that can change nothing and takes no longer than two seconds per statement. */
export function readOnly<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return withTransaction(db, async (tx) => {
    await tx.execute(sql`set transaction read only`)
    await tx.execute(sql`select set_config('statement_timeout', ${String(explainTimeoutMs)}, true)`)
    return work(tx)
  })
}

/** A statement as it was sent: $1 is the first of its parameters. */
export interface Statement {
  text: string
  parameters: unknown[]
}

/** The same database, and a list of the statements that it was asked. */
export function watch({ $client: client }: Db): { watched: Db; asked: Statement[] } {
  const asked: Statement[] = []
  const logger = { logQuery: (text: string, parameters: unknown[]) => void asked.push({ text, parameters }) }
  return { watched: drizzle({ client, logger }), asked }
}

/** What PostgreSQL does for a statement, run once more for it. */
export async function explain(tx: Tx, { text, parameters }: Statement) {
  const pieces = text.split(/\$(\d+)/)
  const statement = pieces.map((piece, index) =>
    index % 2 === 0 ? sql.raw(piece) : sql`${sql.param(parameters[Number(piece) - 1])}`,
  )
  const { rows } = await tx.execute<{
    'QUERY PLAN': [{ Plan: Record<string, unknown>; 'Execution Time': number }]
  }>(sql`explain (analyze, buffers, format json) ${sql.join(statement)}`)
  const { Plan: plan = {}, 'Execution Time': milliseconds = 0 } = rows[0]?.['QUERY PLAN'][0] ?? {}
  const buffers = Number(plan['Shared Hit Blocks']) + Number(plan['Shared Read Blocks'])
  return { sql: text.trim(), parameters, plan, buffers, milliseconds }
}

/** Scores, and what each word of the query adds to them before title length and popularity. */
export async function readScores(tx: Tx, ranking: Ranking, ids: readonly string[]) {
  const parts = ranking.groups.map((group) => sql`(${groupScore(group, ranking.products)})::double precision`)
  const { rows } = await tx.execute<Scored & { parts: number[] }>(sql`
    select ${scored(ranking)}, array[${sql.join(parts, sql`, `)}] as parts
    from product_search where product_id = any(${sql.param([...ids])}::uuid[])
    order by coverage desc, score desc, id desc`)
  return rows
}
