import { atLeast, exactly, type Row } from '../report.ts'
import { type CatalogBench, search } from './catalog-services.ts'
import { anyCategory, importRow, importRows } from './import.ts'
import { wordsCounted } from './stems.ts'

/** How people write words that the shop writes otherwise: together or apart, in English and Indonesian. */
const written: readonly (readonly [query: string, shop: string])[] = [
  ['powerbank', 'power bank'],
  ['ricecooker', 'rice cooker'],
  ['facewash', 'face wash'],
  ['phonecase', 'phone case'],
  ['waterbottle', 'water bottle'],
  ['flashdrive', 'flash drive'],
  ['greentea', 'green tea'],
  ['yogamat', 'yoga mat'],
  ['babyblanket', 'baby blanket'],
  ['fryingpan', 'frying pan'],
  ['runningshoes', 'running shoes'],
  ['actioncamera', 'action camera'],
  ['hairoil', 'hair oil'],
  ['bedsheet', 'bed sheet'],
  ['penanaknasi', 'penanak nasi'],
  ['bijikopi', 'biji kopi'],
  ['tehhijau', 'teh hijau'],
  ['sabunwajah', 'sabun wajah'],
  ['botolminum', 'botol minum'],
  ['tastangan', 'tas tangan'],
  ['sepatulari', 'sepatu lari'],
  ['celanapendek', 'celana pendek'],
  ['kameraaksi', 'kamera aksi'],
  ['minyakrambut', 'minyak rambut'],
  ['balok-susun', 'balok susun'],
  ['meja/lipat', 'meja lipat'],
  ['ear buds', 'earbuds'],
  ['back pack', 'backpack'],
  ['head phones', 'headphones'],
  ['lap top', 'laptop'],
  ['hand bag', 'handbag'],
  ['key board', 'keyboard'],
  ['smart phone', 'smartphone'],
  ['sun screen', 'sunscreen'],
  ['dumb bell', 'dumbbell'],
  ['head scarf', 'headscarf'],
  ['t shirt', 't-shirt'],
  ['pel umas', 'pelumas'],
  ['sel imut', 'selimut'],
  ['mat ras', 'matras'],
]

/** Words that people search for every day, and that some product has as its model number. */
const everyday = [
  'tablet',
  'smartphone',
  'tas',
  'red',
  'laptop',
  'kemeja',
  'mouse',
  'kopi',
  'hitam',
  'gaming',
  '16gb',
  '500ml',
]

/** Joined and split words find the products, and a product whose model number is an everyday word is not first. */
export async function measureWords(bench: CatalogBench): Promise<Row[]> {
  const missed: string[] = []
  for (const [query, shop] of written) {
    const titles = await titlesOf(bench, query)
    const isFound = titles.some((title) => shop.split(/[ -]/).every((word) => title.includes(word)))
    if (!isFound) missed.push(query)
  }
  const category = await anyCategory(bench)
  await importRows(
    bench,
    everyday.map((word, index) => ({
      ...importRow(`CODE-${index}`, category, index),
      title: { en: `Odd device number ${index}`, id: `Alat aneh nomor ${index}` },
      modelNumbers: [word],
    })),
  )
  await wordsCounted(bench)
  const misled: string[] = []
  for (const word of everyday)
    if ((await titlesOf(bench, word))[0]?.startsWith('odd device')) misled.push(word)
  return [
    {
      name: 'joined and split words found, %',
      value: (100 * (written.length - missed.length)) / written.length,
      goal: atLeast(90),
      from: `${written.length} words${missed.length > 0 ? `, missed: ${missed.join(', ')}` : ''}`,
    },
    {
      name: 'everyday words whose first result has the word only as a code',
      value: misled.length,
      goal: exactly(0),
      from: `${everyday.length} words${misled.length > 0 ? `: ${misled.join(', ')}` : ''}`,
    },
  ]
}

/** Both titles of the products with all words, in lower case. */
async function titlesOf(bench: CatalogBench, q: string): Promise<string[]> {
  const page: { items: { title: { en: string; id: string }; isPartialMatch: boolean }[] } = JSON.parse(
    await search(bench, { q, limit: '10' }),
  )
  return page.items.flatMap(({ title, isPartialMatch }) =>
    isPartialMatch ? [] : [`${title.en} ${title.id}`.toLowerCase()],
  )
}
