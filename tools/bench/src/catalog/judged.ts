import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { atLeast, type Row } from '../report.ts'
import { type CatalogBench, search } from './catalog-services.ts'
import { type ImportableRow, importRows } from './import.ts'
import { createPeers, type Document, type Find } from './peers.ts'
import { wordsCounted } from './stems.ts'

// Relevance on a judged set of your own: a folder with the products, one JSON object a line (*.ndjson or *.ndjson.gz), and
// the judgements as CSV (judgements.csv: query, productId, grade from 0 to 3). A product is a row as the import takes it,
// judged by its SKU, or a `PlainProduct`, judged by its id.

interface PlainProduct {
  id: number | string
  title: string
  brand?: string | null
  description?: string | null
  gtin?: string | null
  modelNumber?: string | null
  priceUsdCents?: number | null
}

interface ImportedProduct {
  sku: string
  title: { en: string; id: string }
  description?: { en: string; id: string }
  brand?: string | null
}

/** Grades of products by their key, for each query. */
type Judgements = Map<string, Map<string, number>>

interface JudgedProduct {
  key: string
  row: ImportableRow
  document: Document
}

const category = 'judged'
const rowsAtOnce = 5_000
const typosOfEach = 3

/** nDCG@10 of a judged set, clean, with one typo, and with the last word cut, beside the peers on the same texts. */
export async function measureJudged(bench: CatalogBench, folder: string): Promise<Row[]> {
  const products = await readProducts(folder)
  const judgements = parseJudgements(await readFile(join(folder, 'judgements.csv'), 'utf8'))
  await bench.owner.query(
    `insert into categories (slug_path, name_en, name_id, created_at) values ($1, 'Shop', 'Toko', now())`,
    [category],
  )
  for (let start = 0; start < products.length; start += rowsAtOnce) {
    const rows = products.slice(start, start + rowsAtOnce).map(({ row }) => row)
    await importRows(bench, rows)
  }
  await wordsCounted(bench)
  const keys = products.map(({ key }) => key)
  const engines: Record<string, Find> = {
    catalog: await ownSearch(bench, products),
    ...(await createPeers(
      bench.owner,
      'judged',
      products.map(({ document }) => document),
    )),
  }
  const queries = [...judgements].filter(([, grades]) => [...grades.values()].some((grade) => grade > 0))
  const variants = {
    clean: queries.map(([query, grades]) => ({ query, grades })),
    typo: queries.flatMap(([query, grades]) =>
      typosOf(query, typosOfEach).map((typo) => ({ query: typo, grades })),
    ),
    cut: queries.flatMap(([query, grades]) => {
      const cut = withoutEnding(query)
      return cut === query ? [] : [{ query: cut, grades }]
    }),
  }
  const means = async (asked: { query: string; grades: Map<string, number> }[]) => {
    const scores: [string, number][] = []
    for (const [name, find] of Object.entries(engines)) {
      let sum = 0
      for (const { query, grades } of asked) {
        sum += ndcg(grades, await find(query), keys)
        // Two peers hold the thread for seconds. Without a turn of the event loop, the next search would use a connection
        // that the service has closed meanwhile.
        await setImmediate()
      }
      scores.push([name, sum / asked.length])
    }
    return new Map(scores)
  }
  const [clean, typo, cut] = [
    await means(variants.clean),
    await means(variants.typo),
    await means(variants.cut),
  ]
  const own = (scores: Map<string, number>) => scores.get('catalog') ?? Number.NaN
  const bestPeer = (scores: Map<string, number>) =>
    Math.max(...[...scores].flatMap(([name, score]) => (name === 'catalog' ? [] : [score])))
  const all = (scores: Map<string, number>, count: number) =>
    `${[...scores].map(([name, score]) => `${name} ${score.toFixed(3)}`).join(', ')}; ${count} queries`
  return [
    {
      name: 'judged set: nDCG@10 ÷ best peer',
      value: own(clean) / bestPeer(clean),
      goal: atLeast(1.05),
      from: all(clean, variants.clean.length),
    },
    {
      name: 'judged set: with a typo ÷ best peer',
      value: own(typo) / bestPeer(typo),
      goal: atLeast(1.15),
      from: all(typo, variants.typo.length),
    },
    {
      name: 'judged set: with a typo ÷ without',
      value: own(typo) / own(clean),
      goal: atLeast(0.9),
      from: `${own(typo).toFixed(3)} ÷ ${own(clean).toFixed(3)}`,
    },
    {
      name: 'judged set: last word cut ÷ best peer',
      value: own(cut) / bestPeer(cut),
      from: all(cut, variants.cut.length),
    },
  ]
}

async function readProducts(folder: string): Promise<JudgedProduct[]> {
  const file = (await readdir(folder)).find((name) => /\.ndjson(\.gz)?$/.test(name))
  if (file === undefined) throw new Error(`${folder} has no *.ndjson or *.ndjson.gz file`)
  const bytes = await readFile(join(folder, file))
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  // Not with readline, which also splits at the line separators that a string in JSON may have.
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, id) => toProduct(JSON.parse(line), id))
}

function toProduct(product: PlainProduct | ImportedProduct, id: number): JudgedProduct {
  return 'sku' in product ? fromImported(product, id) : fromPlain(product, id)
}

function fromImported(product: ImportedProduct, id: number): JudgedProduct {
  const { sku, title, description = { en: '', id: '' }, brand } = product
  const document = {
    id,
    title: `${title.en} ${title.id}`,
    brand: brand ?? '',
    description: `${description.en} ${description.id}`,
  }
  return { key: sku, row: { ...product, category }, document }
}

function fromPlain(
  { id: key, title, gtin, modelNumber, ...product }: PlainProduct,
  id: number,
): JudgedProduct {
  const [brand, description] = [product.brand ?? '', product.description ?? '']
  const row = {
    sku: `JUDGED-${key}`,
    title: { en: title.slice(0, 300), id: title.slice(0, 300) },
    description: { en: description.slice(0, 10_000), id: description.slice(0, 10_000) },
    brand: /[\p{Alphabetic}0-9]/u.test(brand) ? brand : null,
    gtin: gtin && /^(?:\d{8}|\d{12,14})$/.test(gtin) ? gtin : null,
    modelNumbers: modelNumber ? [modelNumber.slice(0, 64)] : [],
    prices: product.priceUsdCents ? { 'retail-usd': product.priceUsdCents } : {},
    category,
  }
  return { key: String(key), row, document: { id, title, brand, description } }
}

/** Lines of `"query",productId,grade`, after a header. */
function parseJudgements(csv: string): Judgements {
  const judgements: Judgements = new Map()
  for (const line of csv.split(/\r?\n/).slice(1)) {
    const match = /^(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^,]*)),(?<key>[^,]+),(?<grade>\d)$/.exec(line)
    if (!match?.groups) continue
    const { quoted, plain = '', key = '', grade } = match.groups
    const query = quoted?.replaceAll('""', '"') ?? plain
    const grades = judgements.get(query) ?? new Map<string, number>()
    grades.set(key, Number(grade))
    judgements.set(query, grades)
  }
  return judgements
}

/** The search of this service, through HTTP. */
async function ownSearch(bench: CatalogBench, products: readonly JudgedProduct[]): Promise<Find> {
  const { rows } = await bench.owner.query<{ id: string; sku: string }>(
    'select product_id as id, sku from skus',
  )
  const skus = new Map(rows.map(({ id, sku }) => [id, sku]))
  const places = new Map(products.map(({ row }, place) => [row.sku, place]))
  return async (q) => {
    const { items }: { items: { id: string }[] } = JSON.parse(await search(bench, { q, limit: '10' }))
    return items.flatMap(({ id }) => places.get(skus.get(id) ?? '') ?? [])
  }
}

/** Normalised discounted cumulative gain of the first ten. What is not judged counts as 0. */
function ndcg(
  grades: ReadonlyMap<string, number>,
  found: readonly number[],
  keys: readonly string[],
): number {
  const gain = (values: readonly number[]) =>
    values.slice(0, 10).reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0)
  const best = gain([...grades.values()].toSorted((a, b) => b - a))
  return gain(found.map((place) => grades.get(keys[place] ?? '') ?? 0)) / best
}

/** The query with one random edit in a word of five letters or more: the same edits in every run. */
function typosOf(query: string, count: number): string[] {
  const words = query.split(' ')
  const places = words.flatMap((word, place) => (/^\p{L}{5,}$/u.test(word) ? [place] : []))
  if (places.length === 0) return []
  const random = randomFrom(query)
  return Array.from({ length: count }, () => {
    const place = places[random(places.length)] ?? 0
    return words.map((word, index) => (index === place ? mistyped(word, random) : word)).join(' ')
  })
}

function mistyped(word: string, random: (below: number) => number): string {
  const at = random(word.length - 1)
  const letter = String.fromCharCode(97 + random(26))
  const [head, tail] = [word.slice(0, at), word.slice(at)]
  switch (random(4)) {
    case 0:
      return head + tail.slice(1)
    case 1:
      return head + letter + tail
    case 2:
      return head + letter + tail.slice(1)
    default:
      return head + tail.charAt(1) + tail.charAt(0) + tail.slice(2)
  }
}

/** Numbers from a text: the same for the same text (a linear congruential generator). */
function randomFrom(text: string): (below: number) => number {
  let state = Array.from(text).reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7)
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** As if the last word were still being typed: without its last third. */
function withoutEnding(query: string): string {
  const last = query.split(' ').at(-1) ?? ''
  const cut = Math.floor(last.length / 3)
  return /^\p{L}{5,}$/u.test(last) ? query.slice(0, query.length - cut) : query
}
