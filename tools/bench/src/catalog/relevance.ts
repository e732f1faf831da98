import { DatabaseSync } from 'node:sqlite'
import { demoProduct } from '@fondasi/catalog/demo-shop/generate.ts'
import { guardQueries } from '@fondasi/catalog/demo-shop/guard-queries.ts'
import { type JudgedQuery, judgedQueries, ndcg } from '@fondasi/catalog/demo-shop/judged-queries.ts'
import { demoProductIndex } from '@fondasi/catalog/demo-shop/write.ts'
import MiniSearch from 'minisearch'
import { atLeast, exactly, type Row } from '../report.ts'
import { type CatalogBench, searchShop } from './catalog-services.ts'

type Find = (query: string) => Promise<number[]> | number[]

/** The shop of `npm start`. */
export const judgedShopSize = 5_000

/**
 * Does a search find the right products? nDCG@10 over the judged queries, clean and with a typo, beside the search
 * engines that people use instead. Fair, because all of them search the same texts (both titles, both descriptions),
 * and a grade depends only on what the query asks for and on the product.
 */
export async function measureRelevance(bench: CatalogBench): Promise<Row[]> {
  const documents = Array.from({ length: judgedShopSize }, (_, id) => ({ id, ...demoProduct(id) }))
  const peers: Record<string, Find> = {
    'plain FTS': await plainFullText(bench),
    MiniSearch: miniSearch(documents),
    'SQLite FTS5': sqliteFts5(documents),
  }
  const find = (query: string) => searchShop(bench, query)
  const own = await score(guardQueries, find)
  const tuned = await score(judgedQueries, find)
  const scores = new Map<string, { clean: number; typo: number }>()
  for (const [name, find] of Object.entries(peers)) scores.set(name, await score(guardQueries, find))
  const of = (what: 'clean' | 'typo') =>
    [...scores].map(([name, each]) => `${name} ${each[what].toFixed(3)}`).join(', ')
  const best = (what: 'clean' | 'typo') => Math.max(...[...scores.values()].map((each) => each[what]))
  const plain = scores.get('plain FTS')?.clean ?? 0
  return [
    {
      name: 'nDCG@10 ÷ plain FTS',
      value: own.clean / plain,
      goal: atLeast(1.1),
      from: `${own.clean.toFixed(3)}; ${of('clean')}`,
    },
    { name: 'nDCG@10 ÷ best peer', value: own.clean / best('clean'), goal: atLeast(1), from: of('clean') },
    {
      name: 'nDCG@10 with a typo ÷ without',
      value: own.typo / own.clean,
      goal: atLeast(0.9),
      from: `${own.typo.toFixed(3)} ÷ ${own.clean.toFixed(3)}`,
    },
    {
      name: 'nDCG@10 on the queries it was tuned with',
      value: tuned.clean,
      from: `with a typo ${tuned.typo.toFixed(3)}; not to be quoted`,
    },
    { name: 'with a typo ÷ best peer', value: own.typo / best('typo'), goal: atLeast(1.1), from: of('typo') },
  ]
}

/** Is the product at rank 1 for its SKU and its GTIN, in every way that people write them? */
export async function measureCodes(bench: CatalogBench): Promise<Row[]> {
  let asked = 0
  let first = 0
  for (let index = 0; index < judgedShopSize; index += judgedShopSize / 40) {
    const { sku, gtin } = demoProduct(index)
    for (const written of [
      sku,
      sku.toLowerCase().replaceAll('-', ' '),
      sku.replaceAll('-', ''),
      gtin,
      `0${gtin}`,
    ]) {
      asked += 1
      if ((await searchShop(bench, written))[0] === index) first += 1
    }
  }
  return [
    {
      name: 'codes at rank 1, %',
      value: (100 * first) / asked,
      goal: exactly(100),
      from: `${first} of ${asked}`,
    },
  ]
}

async function score(queries: readonly JudgedQuery[], find: Find) {
  const mean = async (queryOf: (judged: JudgedQuery) => string | undefined) => {
    const scores: number[] = []
    for (const judged of queries) {
      const query = queryOf(judged)
      if (query !== undefined) scores.push(ndcg(judged, await find(query), judgedShopSize))
    }
    return scores.reduce((sum, each) => sum + each, 0) / scores.length
  }
  return { clean: await mean(({ query }) => query), typo: await mean(({ typo }) => typo) }
}

/** The search of most kits: one language, all words required, ts_rank. */
async function plainFullText({ owner }: CatalogBench): Promise<Find> {
  await owner.query(`create table plain as select id, to_tsvector('english', title_en || ' ' || title_id || ' '
    || description_en || ' ' || description_id) as text from products`)
  await owner.query('create index on plain using gin (text)')
  return async (query) => {
    const { rows } = await owner.query<{ id: string }>(
      `select id from plain, plainto_tsquery('english', $1) as query
       where text @@ query order by ts_rank(text, query) desc, id limit 10`,
      [query],
    )
    return rows.map(({ id }) => demoProductIndex(id))
  }
}

type Document = { id: number; titleEn: string; titleId: string; descriptionEn: string; descriptionId: string }

/** Set up for a shop as its README shows: prefixes, typos, titles with twice the weight. */
function miniSearch(documents: Document[]): Find {
  const index = new MiniSearch<Document>({ fields: ['titleEn', 'titleId', 'descriptionEn', 'descriptionId'] })
  index.addAll(documents)
  const options = { prefix: true, fuzzy: 0.2, boost: { titleEn: 2, titleId: 2 } }
  return (query) =>
    index
      .search(query, options)
      .slice(0, 10)
      .map(({ id }) => Number(id))
}

/** BM25 with heavier titles. Any word matches: requiring all would lose products that lack one. */
function sqliteFts5(documents: Document[]): Find {
  const sqlite = new DatabaseSync(':memory:')
  sqlite.exec(`create virtual table shop using fts5(
    title_en, title_id, description_en, description_id, tokenize = "porter unicode61 remove_diacritics 2")`)
  const insert = sqlite.prepare(
    'insert into shop(rowid, title_en, title_id, description_en, description_id) values (?, ?, ?, ?, ?)',
  )
  sqlite.exec('begin')
  for (const each of documents) {
    insert.run(each.id + 1, each.titleEn, each.titleId, each.descriptionEn, each.descriptionId)
  }
  sqlite.exec('commit')
  const find = sqlite.prepare(
    'select rowid from shop where shop match ? order by bm25(shop, 2, 2, 1, 1) limit 10',
  )
  return (query) =>
    find
      .all((query.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"`).join(' OR '))
      .map(({ rowid }) => Number(rowid) - 1)
}
