import { allowStatements, type Tx } from '@fondasi/postgres'
import { asc, sql } from 'drizzle-orm'
import { attributes, priceLists } from '../../db/schema.ts'
import type { ImportRow } from '../imports/row.ts'

/** Enough that a round trip does not count; with the longest rows there are it is 50 MB, with usual ones 200 kB. */
const batchRows = 200
/** The first rows of a large catalog may take longer than an ordinary query. */
const statementTimeoutMs = 60_000

/** Keys that rows may have below attributes, options and prices, in order: CSV wants its columns beforehand. */
export async function readEntryColumns(tx: Tx): Promise<string[]> {
  const declared = await tx.select({ code: attributes.code }).from(attributes).orderBy(asc(attributes.code))
  const lists = await tx.select({ code: priceLists.code }).from(priceLists).orderBy(asc(priceLists.code))
  const { rows: options } = await tx.execute<{ key: string }>(
    sql`select distinct key from skus, jsonb_object_keys(options) as key order by key`,
  )
  return [
    ...declared.map(({ code }) => `attributes.${code}`),
    ...options.map(({ key }) => `options.${key}`),
    ...lists.map(({ code }) => `prices.${code}`),
  ]
}

/** One snapshot for all that is read. Must come first in the transaction, which may pause for `idleMs`. */
export async function prepareExport(tx: Tx, idleMs: number): Promise<void> {
  await tx.execute(sql`set transaction isolation level repeatable read, read only`)
  await tx.execute(sql`select set_config('idle_in_transaction_session_timeout', ${String(idleMs)}, true)`)
  await allowStatements(tx, statementTimeoutMs)
}

/** Every SKU of a living product as an import takes it, in batches, as they were when the reading began. */
export async function* readRows(tx: Tx): AsyncGenerator<ImportRow[]> {
  await tx.execute(sql`
    declare export no scroll cursor for
    select skus.sku, products.id as product,
      jsonb_build_object('en', title_en, 'id', title_id) as title,
      jsonb_build_object('en', description_en, 'id', description_id) as description,
      brands.name as brand, slug_path as category, attributes, rating, popularity, gtin,
      model_numbers as "modelNumbers", options, stock,
      (select coalesce(jsonb_object_agg(price_list, amount), '{}') from prices where sku_id = skus.id) as prices
    from products
    join skus on skus.product_id = products.id
    join categories on categories.id = products.category_id
    left join brands on brands.id = products.brand_id
    where deleted_at is null
    order by products.id`)
  for (;;) {
    const { rows } = await tx.execute<ImportRow & Record<string, unknown>>(
      sql.raw(`fetch ${batchRows} from export`),
    )
    if (rows.length === 0) return
    yield rows
  }
}
