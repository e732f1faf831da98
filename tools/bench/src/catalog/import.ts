import { setTimeout as delay } from 'node:timers/promises'
import { atLeast, type Row } from '../report.ts'
import type { CatalogBench } from './catalog-services.ts'

/** Enough that the fixed cost of a file does not count. Row by row, a sample is enough. */
const fileRows = 5_000
const singleRows = 200
const pollMs = 50

/**
 * Rows per second: a file through the import, beside rows of the same kind that are inserted one at a time. Each of
 * those is a transaction of its own with all indexes in place, and uses the same functions of the database.
 */
export async function measureImport(bench: CatalogBench): Promise<Row[]> {
  const category = await anyCategory(bench)
  const rowsOf = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => importRow(`${prefix}-${index}`, category, index))
  await importRows(bench, rowsOf('WARM', 500))
  const file = await importRows(bench, rowsOf('FILE', fileRows))
  const startedAt = performance.now()
  for (const row of rowsOf('SINGLE', singleRows)) await insertAlone(bench, row)
  const single = singleRows / ((performance.now() - startedAt) / 1_000)
  return [
    {
      name: 'import ÷ row by row, rows/s',
      value: file / single,
      goal: atLeast(5),
      from: `${Math.round(file)} rows/s ÷ ${Math.round(single)} rows/s`,
    },
  ]
}

/** A row as the import takes it (features/imports/row.ts). */
export type ImportableRow = { sku: string } & Record<string, unknown>

export function importRow(sku: string, category: string, index: number) {
  return {
    sku,
    title: { en: `Cotton shirt ${sku} striped`, id: `Kemeja katun ${sku} bergaris` },
    description: {
      en: 'Made for everyday use, with one year of warranty.',
      id: 'Dibuat untuk dipakai setiap hari, bergaransi satu tahun.',
    },
    brand: `Bench ${index % 20}`,
    category,
    stock: index % 50,
    prices: { 'retail-idr': 10_000_000 + index },
  }
}

/** @returns rows per second, from the first byte that is sent until every row is in the shop */
export async function importRows(
  { service, authorization }: CatalogBench,
  rows: readonly ImportableRow[],
): Promise<number> {
  const startedAt = performance.now()
  const sent = await service.send({
    method: 'POST',
    path: '/v1/imports',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
    body: rows.map((row) => JSON.stringify(row)).join('\n'),
  })
  let current: { id: string; state: string; failure: string | null } = JSON.parse(sent.body)
  while (current.state === 'merging') {
    await delay(pollMs)
    const { body } = await service.send({ path: `/v1/imports/${current.id}`, headers: { authorization } })
    current = JSON.parse(body)
  }
  if (current.state !== 'done') throw new Error(`the import ended as ${sent.body} ${current.failure}`)
  return rows.length / ((performance.now() - startedAt) / 1_000)
}

/** What a program does that does not use the import: one product, one transaction. */
async function insertAlone({ database }: CatalogBench, row: ReturnType<typeof importRow>): Promise<void> {
  const client = await database.connect()
  try {
    await client.query('begin')
    await client.query(
      'insert into brands (name, created_at) values ($1, now()) on conflict (name_key) do nothing',
      [row.brand],
    )
    const { rows } = await client.query<{ id: string }>(
      `insert into products (brand_id, category_id, title_en, title_id, description_en, description_id, created_at, updated_at)
       select brands.id, categories.id, $1, $2, $3, $4, now(), now() from brands, categories
       where name_key = code_key($5) and slug_path = $6 returning id`,
      [row.title.en, row.title.id, row.description.en, row.description.id, row.brand, row.category],
    )
    const id = rows[0]?.id
    await client.query(
      `with sku as (insert into skus (product_id, sku, stock) values ($1, $2, $3) returning id)
       insert into prices (sku_id, price_list, amount) select id, 'retail-idr', $4 from sku`,
      [id, row.sku, row.stock, row.prices['retail-idr']],
    )
    await client.query('select rebuild_product_search(array[$1]::uuid[])', [id])
    await client.query('commit')
  } finally {
    client.release()
  }
}

export async function anyCategory({ database }: CatalogBench): Promise<string> {
  const { rows } = await database.query<{ path: string }>(
    'select slug_path as path from categories order by slug_path desc limit 1',
  )
  return rows[0]?.path ?? ''
}
