import type { Db, Tx } from '@fondasi/postgres'
import { and, between, eq, isNull, sql } from 'drizzle-orm'
import { products, skus } from '../../db/schema.ts'
import { maxStock, type NewSku, type SkuFields } from './schemas.ts'

export type Sku = typeof skus.$inferSelect

/**
 * The SKUs of products that were not deleted: the one that is written exactly so, else all whose folded code is the same.
 *
 * @param productId only SKUs of this product
 */
export async function findSkus(db: Db | Tx, sku: string, productId?: string): Promise<Sku[]> {
  const rows = await db
    .select({ sku: skus })
    .from(skus)
    .innerJoin(products, eq(products.id, skus.productId))
    .where(
      and(
        sql`${skus.skuKey} = code_key(${sku})`,
        isNull(products.deletedAt),
        productId === undefined ? undefined : eq(skus.productId, productId),
      ),
    )
    .orderBy(skus.sku)
  const found = rows.map((row) => row.sku)
  const exact = found.find((each) => each.sku === sku)
  return exact ? [exact] : found
}

export async function countSkus(tx: Tx, productId: string): Promise<number> {
  return tx.$count(skus, eq(skus.productId, productId))
}

/** @returns the ids by SKU, or undefined when a SKU belongs to another product or appears twice in `added` */
export async function insertSkus(
  tx: Tx,
  productId: string,
  added: readonly NewSku[],
): Promise<Map<string, string> | undefined> {
  // In the order of the unique key, so that two transactions with the same SKUs wait instead of deadlocking.
  const { rows } = await tx.execute<{ id: string; sku: string }>(sql`
    insert into skus (product_id, sku, gtin, model_numbers, options, stock)
    select ${productId}, sku, gtin, "modelNumbers", options, stock
    from jsonb_to_recordset(${JSON.stringify(added)}::jsonb) as added(
      sku text, gtin text, "modelNumbers" text[], options jsonb, stock integer)
    order by sku
    on conflict (sku) do nothing
    returning id, sku`)
  if (rows.length < added.length) return undefined
  return new Map(rows.map(({ id, sku }) => [sku, id]))
}

export async function updateSku(tx: Tx, id: string, fields: SkuFields): Promise<void> {
  const { gtin, modelNumbers, options, stock } = fields
  await tx.update(skus).set({ gtin, modelNumbers, options, stock }).where(eq(skus.id, id))
}

/** Adds to the stock. @returns false when the result would be below 0 or above the maximum; then nothing has changed */
export async function addStock(tx: Tx, id: string, delta: number): Promise<boolean> {
  const stock = sql`${skus.stock} + ${delta}`
  const { rowCount } = await tx
    .update(skus)
    .set({ stock })
    .where(and(eq(skus.id, id), between(stock, 0, maxStock)))
  return rowCount === 1
}

/** Replaces the prices of SKUs. @returns false when a price list does not exist or has another currency */
export async function writePrices(
  tx: Tx,
  wanted: readonly { skuId: string; prices: SkuFields['prices'] }[],
): Promise<boolean> {
  const rows = JSON.stringify(
    wanted.flatMap(({ skuId, prices }) => prices.map((price) => ({ ...price, skuId }))),
  )
  const ids = sql.param(wanted.map(({ skuId }) => skuId))
  const given = sql`jsonb_to_recordset(${rows}::jsonb) as given(
    "skuId" uuid, "priceList" text, currency text, amount bigint, "compareAtAmount" bigint)`
  await tx.execute(sql`
    delete from prices where sku_id = any(${ids}::uuid[])
      and (sku_id, price_list) not in (select "skuId", "priceList" from ${given})`)
  // Writes only the prices that differ.
  const { rows: known } = await tx.execute<{ all: boolean }>(sql`
    with known as (
      select given.* from ${given} join price_lists on code = "priceList" and price_lists.currency = given.currency
      for key share of price_lists
    ), written as (
      insert into prices (sku_id, price_list, amount, compare_at)
      select "skuId", "priceList", amount, "compareAtAmount" from known
      on conflict (sku_id, price_list) do update set amount = excluded.amount, compare_at = excluded.compare_at
      where (prices.amount, prices.compare_at) is distinct from (excluded.amount, excluded.compare_at)
    )
    select (select count(*) from known) = (select count(*) from ${given}) as "all"`)
  return known[0]?.all === true
}

/** Deletes one SKU, or all of a product, and records that for imports that run meanwhile. */
export async function deleteSkus(tx: Tx, which: { id: string } | { productId: string }): Promise<void> {
  const chosen = 'id' in which ? eq(skus.id, which.id) : eq(skus.productId, which.productId)
  await tx.execute(sql`
    with gone as (delete from ${skus} where ${chosen} returning sku)
    insert into deleted_skus (sku, deleted_at) select sku, date_trunc('milliseconds', now()) from gone order by sku
    on conflict (sku) do update set deleted_at = excluded.deleted_at`)
}
