import { allowStatements, type Db, type Tx } from '@fondasi/postgres'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { imports } from '../../../db/schema.ts'
import { rebuildProductSearch } from '../../products/repository.ts'
import { stagingTables } from '../repository.ts'

/** An advisory lock of this database: one merge at a time. Two would lock the same products in different orders. */
const mergeLock = 4_102_002
/** Writing a million products takes minutes. A statement that takes longer than this has gone wrong. */
const statementTimeoutMs = 60 * 60_000
/** How soon PostgreSQL notices that the merging process has died, and releases its locks. */
const connectionCheckMs = 1_000
/** Enough to make the overhead of a statement negligible, few enough to show progress. */
const batchRows = 1_000
/** An audit event has room for this many changes; beyond them it has their number. */
const maxNamedChanges = 100

/** Waits for the merge lock and sets the limits of a long transaction. @returns the backend's pid, for `cancelMerge` */
export async function prepareMerge(tx: Tx): Promise<number> {
  await allowStatements(tx, statementTimeoutMs)
  const { rows } = await tx.execute<{ pid: number }>(sql`
    select set_config('client_connection_check_interval', ${String(connectionCheckMs)}, true),
      set_config('work_mem', '64MB', true), pg_backend_pid() as pid`)
  await tx.execute(sql`select pg_advisory_xact_lock(${mergeLock})`)
  return rows[0]?.pid ?? 0
}

/** @returns false when staged rows are lost: PostgreSQL has crashed since, and a crash empties unlogged tables */
export async function isWhole(tx: Tx, importId: string): Promise<boolean> {
  const { rows } = await tx.execute<{ whole: boolean }>(sql`
    select rows_read - rows_failed = (select count(*) from import_rows where import_id = ${importId}) as whole
    from imports where id = ${importId}`)
  return rows[0]?.whole === true
}

/** A column after the patch: the given value, else the stored one, else its default. */
const patched = (field: string, given: string, column: string, fallback = 'null') =>
  `coalesce(case when patch ? '${field}' then ${given} else stored.${column} end, ${fallback}) as ${column}`
/** A title in one language counts for both, until the other one differs. */
const title = (language: string, other: string) =>
  `coalesce(patch ->> 'title.${language}',
    case when stored.title_en is not distinct from stored.title_id then patch ->> 'title.${other}' end,
    stored.title_${language}) as title_${language}`

const productNames =
  'handle, brand_id, category_id, title_en, title_id, description_en, description_id, images, attributes, rating, popularity'
const namesOf = (table: string) => sql.raw(productNames.replaceAll(/\w+/g, `${table}.$&`))

/** The products as they will be, new or known ones. */
const products = (importId: string, kind: 'new' | 'known') => sql`
  select product_id, coalesce(stored.handle, given.handle) as handle, ${sql.raw(`
    case when patch ? 'brand' then brands.id else stored.brand_id end as brand_id,
    coalesce(placed.id, fallback.id, stored.category_id) as category_id,
    ${title('en', 'id')}, ${title('id', 'en')},
    ${patched('description.en', `patch ->> 'description.en'`, 'description_en', `''`)},
    ${patched('description.id', `patch ->> 'description.id'`, 'description_id', `''`)},
    ${patched('images', `(patch ->> 'images')::jsonb`, 'images', `'[]'`)},
    patch_entries(stored.attributes, patch, 'attributes') as attributes,
    ${patched('rating', `(patch ->> 'rating')::real`, 'rating')},
    ${patched('popularity', `(patch ->> 'popularity')::integer`, 'popularity', '0')}`)}
  from import_products as given
  join imports on imports.id = import_id
  left join products as stored on stored.id = product_id
  left join brands on brands.name_key = code_key(patch ->> 'brand')
  left join categories as placed on placed.slug_path = patch ->> 'category'
  left join categories as fallback on fallback.slug_path = imports.category and (is_new or patch ? 'category')
  where import_id = ${importId} and is_new = ${kind === 'new'}`

/** The SKUs as they will be, new or known ones, with their prices by list. */
const skus = (importId: string, kind: 'new' | 'known') => sql`
  select plan.sku_id, plan.product_id, staged.sku, ${sql.raw(`
    case when patch ? 'gtin' then patch ->> 'gtin' else stored.gtin end as gtin,
    ${patched('modelNumbers', `array(select jsonb_array_elements_text(nullif(patch -> 'modelNumbers', 'null')))`, 'model_numbers', `'{}'`)},
    patch_entries(stored.options, patch, 'options') as options,
    coalesce((patch ->> 'stock')::integer,
      case patch ->> 'inStock' when 'true' then greatest(stored.stock, 1) when 'false' then 0 end,
      case when not patch ? 'stock' then stored.stock end, 0) as stock,
    patch_entries(amounts, patch, 'prices') as amounts,
    patch_entries(higher, patch, 'compareAtPrices') as higher`)}
  from import_plan as plan
  join import_rows as staged using (import_id, line)
  cross join lateral (select row -> 'own') as own(patch)
  left join skus as stored on stored.id = plan.sku_id
  cross join lateral (
    select jsonb_object_agg(price_list, amount) as amounts, jsonb_object_agg(price_list, compare_at) as higher
    from prices where prices.sku_id = stored.id
  ) as priced
  where import_id = ${importId} and is_new_sku = ${kind === 'new'}`

/** The prices of these SKUs. A struck-through price that is not higher than the price is dropped. */
const pricesOf = (wantedSkus: SQL) => sql`
  select sku_id, price_list, amount::bigint as amount,
    case when (higher ->> price_list)::bigint > amount::bigint then (higher ->> price_list)::bigint end as compare_at
  from ${wantedSkus} cross join lateral jsonb_each_text(amounts) as each_price (price_list, amount)`

/** Gives products the slugs of their rows, instead of older ones. */
async function writeSlugs(tx: Tx, importId: string, kind: 'new' | 'known'): Promise<void> {
  await tx.execute(sql`
    insert into product_slugs (slug, product_id) select patch ->> 'slug', product_id from import_products
    where import_id = ${importId} and patch ? 'slug' and is_new = ${kind === 'new'}
    on conflict (product_id) do update set slug = excluded.slug where product_slugs.slug <> excluded.slug`)
}

/** Rejected rows, and products by what has become of them. */
export interface Counts {
  failed: number
  created: number
  updated: number
  unchanged: number
}

interface Written extends Omit<Counts, 'failed'> {
  /** Replaced stock levels, for the audit event: their number, and the first of them. */
  stockChanges: number
  changes: { path: string; before: number; after: number }[]
}

/** Writes brands, products, SKUs and prices, which `undoWrites` takes back. Rows that are already equal stay untouched. */
export async function writeProducts(tx: Tx, importId: string, now: Date): Promise<Written> {
  const at = now.toISOString()
  const names = sql.raw(productNames)
  await tx.execute(sql`savepoint writes`)
  await tx.execute(sql`
    insert into brands (name, created_at)
    select distinct on (code_key(patch ->> 'brand')) patch ->> 'brand', ${at}::timestamptz
    from import_products where import_id = ${importId} and patch ->> 'brand' is not null
    order by code_key(patch ->> 'brand'), line
    on conflict (name_key) do nothing`)
  // Before the products: the trigger derives slugs only for those that have none.
  await writeSlugs(tx, importId, 'new')
  const { rowCount } = await tx.execute(sql`
    insert into products (id, ${names}, created_at, updated_at)
    select wanted.*, ${at}::timestamptz, ${at}::timestamptz from (${products(importId, 'new')}) as wanted`)
  const created = rowCount ?? 0
  await tx.execute(sql`
    insert into skus (id, product_id, sku, gtin, model_numbers, options, stock)
    select sku_id, product_id, sku, gtin, model_numbers, options, stock from (${skus(importId, 'new')}) as wanted`)
  await tx.execute(sql`
    insert into prices (sku_id, price_list, amount, compare_at) ${pricesOf(sql`(${skus(importId, 'new')}) as wanted`)}`)

  // One update for each product with any change, so that its version grows by one.
  const { rows } = await tx.execute<Omit<Written, 'created'> & Record<string, unknown>>(sql`
    with wanted as materialized (${products(importId, 'known')}),
    wanted_skus as materialized (${skus(importId, 'known')}),
    wanted_prices as materialized (${pricesOf(sql`wanted_skus`)}),
    changed_skus as (
      update skus set gtin = wanted.gtin, model_numbers = wanted.model_numbers, options = wanted.options, stock = wanted.stock
      from wanted_skus as wanted where skus.id = wanted.sku_id
        and (skus.gtin, skus.model_numbers, skus.options, skus.stock)
          is distinct from (wanted.gtin, wanted.model_numbers, wanted.options, wanted.stock)
      returning skus.product_id, skus.sku, old.stock as before, new.stock as after
    ), gone_prices as (
      delete from prices using wanted_skus
      where prices.sku_id = wanted_skus.sku_id and not wanted_skus.amounts ? price_list
      returning prices.sku_id
    ), changed_prices as (
      insert into prices (sku_id, price_list, amount, compare_at) select * from wanted_prices
      on conflict (sku_id, price_list) do update set amount = excluded.amount, compare_at = excluded.compare_at
      where (prices.amount, prices.compare_at) is distinct from (excluded.amount, excluded.compare_at)
      returning sku_id
    ), changed as (
      select product_id from changed_skus
      union select product_id from skus where id in (select sku_id from gone_prices union all select sku_id from changed_prices)
      union select product_id from import_plan where import_id = ${importId} and is_new_sku and not is_new_product
      union select product_id from import_products join product_slugs as held using (product_id)
        where import_id = ${importId} and patch ->> 'slug' <> held.slug
      union select id from products join wanted on wanted.product_id = products.id
        where (${namesOf('products')}) is distinct from (${namesOf('wanted')})
    ), updated as (
      update products set (${names}, version, updated_at) = (${namesOf('wanted')}, products.version + 1, ${at}::timestamptz)
      from wanted where products.id = wanted.product_id and products.id in (select product_id from changed)
      returning products.id
    ), stock_changes as (select sku, before, after from changed_skus where before <> after)
    select (select count(*) from updated)::integer as updated,
      ((select count(*) from wanted) - (select count(*) from updated))::integer as unchanged,
      (select count(*) from stock_changes)::integer as "stockChanges",
      (select coalesce(jsonb_agg(jsonb_build_object('before', before, 'after', after,
          'path', '/skus/' || replace(replace(sku, '~', '~0'), '/', '~1') || '/stock') order by sku), '[]')
        from (select * from stock_changes order by sku limit ${maxNamedChanges}) as named) as changes`)
  const [known] = rows
  if (!known) throw new Error('a select without rows')
  await writeSlugs(tx, importId, 'known')
  // Without statistics of many new rows, PostgreSQL would plan the next statements as for a few.
  if (created > batchRows) await tx.execute(sql`select analyze_products()`)
  return { ...known, created }
}

export async function undoWrites(tx: Tx): Promise<void> {
  await tx.execute(sql`rollback to savepoint writes`)
}

/** Rebuilds the search rows of the new and changed products. Yields after each batch how many rows of the file are done. */
export async function* rebuildSearchRows(tx: Tx, importId: string, now: Date): AsyncGenerator<number> {
  let done = 0
  let last = 0
  for (;;) {
    const { rows: batch } = await tx.execute<{ line: number; rows: number; changed: string | null }>(sql`
      select line, rows, case when updated_at = ${now.toISOString()} then products.id end as changed
      from (
        select line, rows, product_id from import_products
        where import_id = ${importId} and line > ${last} order by line limit ${batchRows}
      ) as next join products on products.id = product_id
      order by line`)
    if (batch.length === 0) return
    const ids = batch.flatMap(({ changed }) => changed ?? [])
    if (ids.length > 0) await rebuildProductSearch(tx, ids)
    last = batch.at(-1)?.line ?? last
    done += batch.reduce((sum, { rows }) => sum + rows, 0)
    yield done
  }
}

/**
 * Ends the import. It has failed if there is a failure.
 *
 * @returns false when it was marked as failed meanwhile: then the transaction must roll back
 */
export async function finishMerge(
  tx: Tx,
  importId: string,
  { failed, created, updated, unchanged }: Counts,
  failure: string | null,
  now: Date,
): Promise<boolean> {
  for (const table of stagingTables)
    await tx.execute(sql`delete from ${sql.identifier(table)} where import_id = ${importId}`)
  const ended = await tx
    .update(imports)
    .set({
      state: failure === null ? 'done' : 'failed',
      failure,
      rowsFailed: failed,
      productsCreated: created,
      productsUpdated: updated,
      productsUnchanged: unchanged,
      finishedAt: now,
    })
    .where(and(eq(imports.id, importId), eq(imports.state, 'merging')))
  return ended.rowCount === 1
}

/** Cancels the running statement of the merge, so that its transaction rolls back. */
export async function cancelMerge(db: Db, pid: number): Promise<void> {
  await db.execute(sql`select pg_cancel_backend(${pid})`)
}
