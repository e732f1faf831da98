import { allowStatements, type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { searchIndexState } from '../../db/schema.ts'
import { longWordLetters, minLetters } from '../search/spelling.ts'

export type SearchIndexState = typeof searchIndexState.$inferSelect

/** Counting a million products takes half a minute. It runs in the background, so no request waits for it. */
const statementTimeoutMs = 15 * 60_000
/** An advisory lock of this database: one process at a time refreshes. */
const refreshLock = 4_102_001

export async function readState(db: Db | Tx): Promise<SearchIndexState | undefined> {
  const [state] = await db.select().from(searchIndexState)
  return state
}

/** A counter of the writes to `product_search`: while it stays equal, nothing has changed. */
export async function readWrites(db: Db | Tx): Promise<number> {
  const { rows } = await db.execute<{ writes: string }>(sql`
    select (n_tup_ins + n_tup_upd - n_tup_hot_upd + n_tup_del) as writes
    from pg_stat_user_tables where relid = 'product_search'::regclass`)
  return Number(rows[0]?.writes ?? 0)
}

/**
 * Runs `work` in a transaction, unless another process holds the refresh lock.
 *
 * @returns false when another process holds it
 */
export function withRefreshLock(db: Db, work: (tx: Tx) => Promise<void>): Promise<boolean> {
  return withTransaction(db, async (tx) => {
    const { rows } = await tx.execute<{ held: boolean }>(
      sql`select pg_try_advisory_xact_lock(${refreshLock}) as held`,
    )
    if (!rows[0]?.held) return false
    await allowStatements(tx, statementTimeoutMs)
    await work(tx)
    return true
  })
}

/** Counts the products of each lexeme and updates the vocabulary. */
export async function countWords(tx: Tx): Promise<void> {
  await tx.execute(sql`
    merge into vocabulary using (
      select everywhere.word, everywhere.ndoc as frequency, coalesce(titles.ndoc, 0) as title_frequency
      from ts_stat('select search from product_search') as everywhere
      left join ts_stat('select search from product_search', 'ab') as titles using (word)
      where length(everywhere.word) <= 64
    ) as counted on vocabulary.word = counted.word
    when matched and (vocabulary.frequency, vocabulary.title_frequency)
      is distinct from (counted.frequency, counted.title_frequency)
      then update set frequency = counted.frequency, title_frequency = counted.title_frequency
    when not matched then insert (word, frequency, title_frequency)
      values (counted.word, counted.frequency, counted.title_frequency)
    when not matched by source then delete`)
}

/** A longer word is too rare to be worth its rows, up to 300. */
const maxLetters = 24

/**
 * Updates SymSpell's table for the words that may be suggested: words of letters, of a title or of several
 * descriptions. Writes only what has changed. Each word gets the remainders that `remainders` in features/search/spelling.ts returns.
 */
export async function updateDeletes(tx: Tx): Promise<void> {
  const proposed = sql`(title_frequency > 0 or frequency > 2) and word ~ ${`^[[:alpha:]]{${minLetters},${maxLetters}}$`}`
  await tx.execute(sql`
    delete from vocabulary_deletes
    where not exists (select from vocabulary where word = vocabulary_deletes.word and ${proposed})`)
  await tx.execute(sql`
    insert into vocabulary_deletes (word, remainder)
    with added as (
      select word from vocabulary where ${proposed}
        and not exists (select from vocabulary_deletes as known where known.word = vocabulary.word)
    ), once as (
      select word, overlay(word placing '' from place for 1) as remainder
      from added, generate_series(1, length(word)) as place
    ), twice as (
      select word, overlay(remainder placing '' from place for 1) as remainder
      from once, generate_series(1, length(remainder)) as place where length(word) >= ${longWordLetters}
    )
    select word, word from added
    union select word, remainder from once
    union select word, remainder from twice`)
}

/**
 * The most popular 1 % are tier 0, the next 9 % tier 1. Products of equal popularity are in the same tier, so that a shop
 * without popularity has no tiers. Writes only the products whose tier changes.
 */
export async function updateTiers(tx: Tx): Promise<void> {
  await tx.execute(sql`
    with ranked as (
      select product_id, cume_dist() over (order by popularity desc) as place from product_search
    ), placed as (
      select product_id, case when place <= 0.01 then 0 when place <= 0.1 then 1 else 2 end as tier from ranked
    )
    update product_search set tier = placed.tier from placed
    where placed.product_id = product_search.product_id and placed.tier <> product_search.tier`)
}

export async function cleanPendingLists(db: Db | Tx): Promise<void> {
  await db.execute(sql`select clean_search_pending_lists()`)
}

export async function writeState(
  tx: Tx,
  state: { refreshedAt: Date; durationMs: number; writes: number },
): Promise<void> {
  await tx.execute(sql`
    insert into search_index_state (id, refreshed_at, duration_ms, writes, products, words)
    values (1, ${state.refreshedAt.toISOString()}, ${state.durationMs}, ${state.writes},
      (select count(*) from product_search), (select count(*) from vocabulary))
    on conflict (id) do update set refreshed_at = excluded.refreshed_at, duration_ms = excluded.duration_ms,
      writes = excluded.writes, products = excluded.products, words = excluded.words`)
}
