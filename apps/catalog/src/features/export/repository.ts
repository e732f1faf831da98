import { allowStatements, type Tx } from '@fondasi/postgres'
import { asc, sql } from 'drizzle-orm'
import { attributes, priceLists } from '../../db/schema.ts'
import type { ImportRow } from '../imports/row.ts'

/** Enough to make the round trip negligible. A batch usually takes 200 kB, and 50 MB with the longest rows possible. */
const batchRows = 200
/** The first rows of a large catalog may take longer than an ordinary query does. */
const statementTimeoutMs = 60_000

/** The keys below attributes, options and both kinds of prices, in order: a CSV file needs all columns before the first row. */
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
    ...lists.map(({ code }) => `compareAtPrices.${code}`),
  ]
}

/** Makes the transaction read one snapshot and lets it pause for `idleMs`. Must be its first statement. */
export async function prepareExport(tx: Tx, idleMs: number): Promise<void> {
  await tx.execute(sql`set transaction isolation level repeatable read, read only`)
  await tx.execute(sql`select set_config('idle_in_transaction_session_timeout', ${String(idleMs)}, true)`)
  await allowStatements(tx, statementTimeoutMs)
}

/** Every SKU of every product that is not deleted, in batches and in the import format. */
export async function* readRows(tx: Tx): AsyncGenerator<ImportRow[]> {
  await tx.execute(sql`
    declare export no scroll cursor for
    select skus.sku, coalesce(handle, products.id::text) as product, slug,
      jsonb_build_object('en', title_en, 'id', title_id) as title,
      jsonb_build_object('en', description_en, 'id', description_id) as description,
      brands.name as brand, slug_path as category, images, attributes, rating, popularity, gtin,
      model_numbers as "modelNumbers", options, stock,
      (select coalesce(jsonb_object_agg(price_list, amount), '{}') from prices where sku_id = skus.id) as prices,
      (select coalesce(jsonb_object_agg(price_list, compare_at), '{}') from prices
        where sku_id = skus.id and compare_at is not null) as "compareAtPrices"
    from products
    join product_slugs on product_slugs.product_id = products.id
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
