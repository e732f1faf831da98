import { demoProduct } from '@fondasi/catalog/demo-shop/generate.ts'
import { guardQueries } from '@fondasi/catalog/demo-shop/guard-queries.ts'
import { type JudgedQuery, judgedQueries, ndcg } from '@fondasi/catalog/demo-shop/judged-queries.ts'
import { atLeast, exactly, type Row } from '../report.ts'
import { type CatalogBench, searchShop } from './catalog-services.ts'
import { createPeers, type Find } from './peers.ts'

/** The shop of `npm start`. */
export const judgedShopSize = 5_000

/**
 * nDCG@10 over the judged queries of the made-up shop, clean and with a typo, beside the search engines that people use
 * instead. Fair, because all of them search the same texts, and a grade depends only on the query and the product. But the
 * shop was made by the people who wrote the search: `--judged` measures relevance on data of others.
 */
export async function measureRelevance(bench: CatalogBench): Promise<Row[]> {
  const documents = Array.from({ length: judgedShopSize }, (_, id) => {
    const { titleEn, titleId, brand, descriptionEn, descriptionId } = demoProduct(id)
    return { id, title: `${titleEn} ${titleId}`, brand, description: `${descriptionEn} ${descriptionId}` }
  })
  const peers = await createPeers(bench.owner, 'demo', documents)
  const find = (query: string) => searchShop(bench, query)
  const own = await score(guardQueries, find)
  const tuned = await score(judgedQueries, find)
  const scores = new Map<string, { clean: number; typo: number }>()
  for (const [name, find] of Object.entries(peers)) scores.set(name, await score(guardQueries, find))
  const of = (what: 'clean' | 'typo') =>
    [...scores].map(([name, each]) => `${name} ${each[what].toFixed(3)}`).join(', ')
  const best = (what: 'clean' | 'typo') => Math.max(...[...scores.values()].map((each) => each[what]))
  return [
    {
      name: 'the kit’s own bank: nDCG@10 ÷ best peer',
      value: own.clean / best('clean'),
      goal: atLeast(1),
      from: `${own.clean.toFixed(3)}; ${of('clean')}`,
    },
    {
      name: 'own bank: with a typo ÷ best peer',
      value: own.typo / best('typo'),
      goal: atLeast(1),
      from: `${own.typo.toFixed(3)}; ${of('typo')}`,
    },
    {
      name: 'own bank: with a typo ÷ without',
      value: own.typo / own.clean,
      goal: atLeast(0.9),
      from: `${own.typo.toFixed(3)} ÷ ${own.clean.toFixed(3)}`,
    },
    {
      name: 'own bank: the queries it was tuned with',
      value: tuned.clean,
      from: `with a typo ${tuned.typo.toFixed(3)}; not to be quoted`,
    },
  ]
}

/** Whether the product is at rank 1 for its SKU and its GTIN, in every way that people write them. */
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
      `${sku} -zzz`,
      `baru ${sku}`,
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
