import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Stop words, filled by the migration. */
export const stopWords = pgTable('stop_words', { word: text().primaryKey() })

/** A search for `term` also finds `replacements`. Both are normalised by `fold`. */
export const synonyms = pgTable(
  'synonyms',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    term: text().notNull(),
    replacements: text().array().notNull(),
    createdAt: at('created_at').notNull(),
  },
  (table) => [uniqueIndex('synonyms_term_unique').on(table.term)],
)

/** Every word of the index with the number of products that have it. A background job updates it. */
export const vocabulary = pgTable(
  'vocabulary',
  {
    word: text().primaryKey(),
    /** Products with the word anywhere. */
    frequency: integer().notNull(),
    /** Products with the word in title or brand; 0 for words that are only in descriptions. */
    titleFrequency: integer('title_frequency').notNull(),
  },
  (table) => [index('vocabulary_prefix').using('btree', table.word.op('text_pattern_ops'))],
)

/** SymSpell's table: each word that may be proposed, by every remainder of it without one or two letters. */
export const vocabularyDeletes = pgTable(
  'vocabulary_deletes',
  { remainder: text().notNull(), word: text().notNull() },
  (table) => [
    primaryKey({ columns: [table.remainder, table.word] }),
    index('vocabulary_deletes_word').on(table.word),
  ],
)

/** One row about the last refresh by the background job. */
export const searchIndexState = pgTable(
  'search_index_state',
  {
    id: smallint().primaryKey().default(1),
    refreshedAt: at('refreshed_at'),
    durationMs: integer('duration_ms'),
    products: integer().notNull().default(0),
    words: integer().notNull().default(0),
    /** The write counter of `product_search` at the last refresh: while it is equal, nothing has changed. */
    writes: bigint({ mode: 'number' }).notNull().default(0),
  },
  () => [check('search_index_state_one_row', sql`id = 1`)],
)
