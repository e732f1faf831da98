import { setTimeout as delay } from 'node:timers/promises'
import { exactly, type Row } from '../report.ts'
import { type CatalogBench, search } from './catalog-services.ts'
import { anyCategory, importRow, importRows } from './import.ts'

/** Pairs of words with one stem: shirt and table, head and nutmeg, cooker and child, basket and bed, fruit and hair, … */
const collisions = [
  ['kemeja', 'meja'],
  ['kepala', 'pala'],
  ['penanak', 'anak'],
  ['keranjang', 'ranjang'],
  ['rambutan', 'rambut'],
  ['durian', 'duri'],
  ['permata', 'mata'],
  ['penggaris', 'garis'],
  ['mainan', 'main'],
  ['pelari', 'lari'],
] as const
const productsOfEach = 3
const pollMs = 200

/** Products with the exact word must rank above those that only share its stem, even when those are more popular. */
export async function measureStems(bench: CatalogBench): Promise<Row[]> {
  const pairs = await stemmedAlike(bench)
  const category = await anyCategory(bench)
  const words = [...new Set(pairs.flat())]
  const rows = words.flatMap((word, nth) =>
    Array.from({ length: productsOfEach }, (_, index) => ({
      ...importRow(`STEM-${nth}-${index}`, category, index),
      title: { en: `Thing ${nth} plain`, id: `${word} polos` },
      popularity: nth % 2 === 0 ? 0 : 1_000_000,
    })),
  )
  await importRows(bench, rows)
  await wordsCounted(bench)
  const wrong: string[] = []
  const searches = pairs.flatMap(([one, other]) => [
    { word: one, other },
    { word: other, other: one },
  ])
  for (const { word, other } of searches) {
    const { items }: { items: { title: { id: string } }[] } = JSON.parse(
      await search(bench, { q: word, limit: '50' }),
    )
    const kinds = items.map(({ title }) => {
      const found = title.id.toLowerCase().split(/[^a-z]+/)
      return found.includes(word) ? 'exact' : found.includes(other) ? 'collision' : 'else'
    })
    const firstCollision = kinds.indexOf('collision')
    const isRight =
      kinds[0] === 'exact' && (firstCollision === -1 || kinds.lastIndexOf('exact') < firstCollision)
    if (!isRight) wrong.push(word)
  }
  return [
    {
      name: 'exact Indonesian word above one of the same stem, %',
      value: (100 * (searches.length - wrong.length)) / searches.length,
      goal: exactly(100),
      from: `${searches.length} words${wrong.length > 0 ? `, wrong: ${wrong.join(', ')}` : ''}`,
    },
  ]
}

/** Waits for the background job that counts words: until then a search may take a new word for a typo. */
export async function wordsCounted({ database }: CatalogBench): Promise<void> {
  const isCurrent = `select refreshed_at > (select max(created_at) from products) as counted from search_index_state`
  for (;;) {
    const { rows } = await database.query<{ counted: boolean }>(isCurrent)
    if (rows[0]?.counted) return
    await delay(pollMs)
  }
}

/** The pairs, checked with the stemmer of the database: a pair with different stems would prove nothing. */
async function stemmedAlike({ database }: CatalogBench): Promise<(readonly [string, string])[]> {
  for (const [one, other] of collisions) {
    const { rows } = await database.query<{ alike: boolean }>(
      'select indonesian_stem($1) = indonesian_stem($2) as alike',
      [one, other],
    )
    if (!rows[0]?.alike) throw new Error(`${one} and ${other} have different stems`)
  }
  return [...collisions]
}
