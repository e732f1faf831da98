import { DatabaseSync } from 'node:sqlite'
import MiniSearch from 'minisearch'
import type { Pool } from 'pg'

/** The texts of a product, as every peer gets them. `id` is any number. */
export interface Document {
  id: number
  title: string
  brand: string
  description: string
}

export type Find = (query: string) => Promise<number[]> | number[]

/** The search engines that people use instead, over the same texts, each with the settings that its documentation shows. */
export async function createPeers(
  owner: Pool,
  name: string,
  documents: readonly Document[],
): Promise<Record<string, Find>> {
  return {
    FTS: await fullText(owner, `${name}_plain`, documents, ''),
    'weighted FTS': await fullText(owner, `${name}_weighted`, documents, 'ABC'),
    MiniSearch: miniSearch(documents),
    FTS5: sqliteFts5(documents),
  }
}

/**
 * The search of most kits: PostgreSQL, one language, all words required, ts_rank.
 * @param weights of title, brand and description; empty for a text without weights
 */
async function fullText(
  owner: Pool,
  table: string,
  documents: readonly Document[],
  weights: string,
): Promise<Find> {
  const vectors = ['title', 'brand', 'description'].map((field, index) =>
    weights === ''
      ? `to_tsvector('english', ${field})`
      : `setweight(to_tsvector('english', ${field}), '${weights[index]}')`,
  )
  await owner.query(`create table ${table} (id bigint, text tsvector)`)
  await owner.query(
    `insert into ${table} select id, ${vectors.join(' || ')} from jsonb_to_recordset($1::jsonb)
      as document(id bigint, title text, brand text, description text)`,
    [JSON.stringify(documents)],
  )
  await owner.query(`create index on ${table} using gin (text)`)
  return async (query) => {
    const { rows } = await owner.query<{ id: string }>(
      `select id from ${table}, plainto_tsquery('english', $1) as query
       where text @@ query order by ts_rank(text, query) desc, id limit 10`,
      [query],
    )
    return rows.map(({ id }) => Number(id))
  }
}

/** Prefixes, typos and heavier titles, as in the example of its README. */
function miniSearch(documents: readonly Document[]): Find {
  const index = new MiniSearch<Document>({ fields: ['title', 'brand', 'description'] })
  index.addAll(documents)
  const options = { prefix: true, fuzzy: 0.2, boost: { title: 3, brand: 2 } }
  return (query) =>
    index
      .search(query, options)
      .slice(0, 10)
      .map(({ id }) => Number(id))
}

/** BM25 with heavier titles and brands. Any word matches: requiring all would lose products that lack one. */
function sqliteFts5(documents: readonly Document[]): Find {
  const sqlite = new DatabaseSync(':memory:')
  sqlite.exec(`create virtual table shop using fts5(
    title, brand, description, tokenize = "porter unicode61 remove_diacritics 2")`)
  const insert = sqlite.prepare('insert into shop(rowid, title, brand, description) values (?, ?, ?, ?)')
  sqlite.exec('begin')
  for (const { id, title, brand, description } of documents) insert.run(id, title, brand, description)
  sqlite.exec('commit')
  const find = sqlite.prepare(
    'select rowid from shop where shop match ? order by bm25(shop, 10, 5, 1) limit 10',
  )
  return (query) => {
    const words = query.match(/[\p{L}\p{N}]+/gu) ?? []
    if (words.length === 0) return []
    return find.all(words.map((word) => `"${word}"`).join(' OR ')).map(({ rowid }) => Number(rowid))
  }
}
