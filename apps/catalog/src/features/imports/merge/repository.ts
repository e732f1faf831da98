import { allowStatements, type Db, type Tx } from '@fondasi/postgres'
import { and, eq, sql } from 'drizzle-orm'
import { imports } from '../../../db/schema.ts'
import { rebuildProductSearch } from '../../products/repository.ts'
import { maxSkusPerProduct } from '../../skus/schemas.ts'
import { type ImportError, insertErrors, maxStoredErrors } from '../repository.ts'

/** An advisory lock of this database: one merge at a time. Two would lock the same products in different orders. */
const mergeLock = 4_102_002
/** Writing a million products takes minutes. A statement that takes longer than this has gone wrong. */
const statementTimeoutMs = 60 * 60_000
/** How soon PostgreSQL notices that the merging process has died, and releases its locks. */
const connectionCheckMs = 1_000
/** Enough to make the overhead of a statement negligible, few enough to show progress. */
const batchRows = 1_000

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

/** Locks the existing products of the rows, in one order, until the transaction ends. */
export async function lockProducts(tx: Tx, importId: string): Promise<void> {
  // PostgreSQL needs statistics of this import's rows before it joins them; `planMerge` does the same for its plan.
  await tx.execute(sql`select analyze_staged()`)
  await tx.execute(sql`
    select count(*) from (
      select id from products where id in (
        select skus.product_id from import_rows join skus using (sku_key) where import_id = ${importId}
        union all select ${namedProduct} from import_rows where import_id = ${importId}
      ) order by id for update
    ) as locked`)
}

const namedProduct = sql.raw(`case when row ->> 'product' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  then (row ->> 'product')::uuid end`)

/**
 * Finds the product, SKU and category of each row. Rows that cannot be merged become errors.
 *
 * @returns the number of those errors
 */
export async function planMerge(tx: Tx, importId: string): Promise<number> {
  const { rows: errors } = await tx.execute<ImportError & { total: number }>(sql`
    with placed as (
      select line, staged.sku_key, row ->> 'category' as category, categories.id as category_id,
        row ->> 'sku' as sku, row ->> 'product' as name, code_key(row ->> 'brand') as brand_key,
        skus.id as sku_id, owner.deleted_at,
        case when owner.deleted_at is null then owner.id end as owner_id, named.id as named_id, uuidv7() as fresh_id,
        coalesce('product ' || (row ->> 'product'), 'line ' || line) as family,
        row_number() over (partition by staged.sku_key order by line) as nth
      from import_rows as staged
      left join categories on categories.slug_path = row ->> 'category'
      left join skus on skus.sku_key = staged.sku_key
      left join products as owner on owner.id = skus.product_id
      left join products as named on named.id = ${namedProduct} and named.deleted_at is null
      where import_id = ${importId}
    ), related as (
      select *, coalesce(named_id, first_value(owner_id) over members) as known_id,
        first_value(fresh_id) over members as family_id
      from placed window members as (partition by family order by owner_id nulls last, line)
    ), judged as (
      select *, coalesce(known_id, family_id) as product_id,
        first_value(name) over (partition by known_id, name is null order by line) as first_name,
        case when sku_key = '' or brand_key = '' then 'validation_failed'
          when nth > 1 then 'duplicate_sku'
          when category_id is null then 'unknown_reference'
          when deleted_at is not null then 'product_deleted'
          when owner_id <> known_id then 'sku_exists' end as own_error
      from related
    ), compared as (
      select *, case when own_error is not null then own_error
          when known_id is not null and name <> first_name then 'duplicate_product'
          when sku_id is null and row_number() over (partition by family, own_error, sku_id is null order by line)
            + (select count(*) from skus where skus.product_id = known_id) > ${maxSkusPerProduct} then 'too_many_skus'
          end as error
      from judged
    ), planned as (
      insert into import_plan
      select ${importId}::uuid, line, product_id, known_id is null, coalesce(sku_id, uuidv7()), sku_id is null,
        category_id, row_number() over (partition by product_id order by line) = 1
      from compared where error is null
    )
    select line, error as code, count(*) over ()::integer as total,
      case error when 'unknown_reference' then 'No category has the path ' || category
        when 'validation_failed' then 'sku and brand must have a letter or a digit'
        when 'duplicate_sku' then 'An earlier row has the SKU ' || sku
        when 'duplicate_product' then 'An earlier row names the product of ' || sku || ' ' || first_name
        when 'too_many_skus' then 'A product has at most ${sql.raw(String(maxSkusPerProduct))} SKUs, and ' || sku || ' is beyond that'
        when 'product_deleted' then 'The product of ' || sku || ' was deleted'
        else sku || ' belongs to another product' end as detail
    from compared where error is not null order by line limit ${maxStoredErrors}`)
  await insertErrors(tx, importId, errors)
  await tx.execute(sql`select analyze_staged()`)
  return errors[0]?.total ?? 0
}

const fieldNames =
  'brand_id, category_id, title_en, title_id, description_en, description_id, attributes, rating, popularity'
const fieldsOf = (table: string) => sql.raw(fieldNames.replaceAll(/\w+/g, `${table}.$&`))

/** Writes brands, products, SKUs and prices. Rows that are already equal stay untouched. */
export async function writeProducts(
  tx: Tx,
  importId: string,
  now: Date,
): Promise<{ created: number; updated: number }> {
  const at = now.toISOString()
  // The planned rows with their data.
  const taken = sql`import_plan as plan join import_rows using (import_id, line)`
  const own = sql`plan.import_id = ${importId}`
  const fields = sql.raw(`brands.id as brand_id, plan.category_id, row #>> '{title,en}' as title_en,
    row #>> '{title,id}' as title_id, row #>> '{description,en}' as description_en,
    row #>> '{description,id}' as description_id, row -> 'attributes' as attributes,
    (row ->> 'rating')::real as rating, (row ->> 'popularity')::integer as popularity`)
  const names = sql.raw(fieldNames)
  const skuFields = sql.raw(`row ->> 'sku' as sku, row ->> 'gtin' as gtin,
    array(select jsonb_array_elements_text(row -> 'modelNumbers')) as model_numbers, row -> 'options' as options,
    (row ->> 'stock')::integer as stock`)

  await tx.execute(sql`
    insert into brands (name, created_at)
    select distinct on (code_key(row ->> 'brand')) row ->> 'brand', ${at}::timestamptz from ${taken}
    where ${own} and plan.leads and row ->> 'brand' is not null order by code_key(row ->> 'brand'), line
    on conflict (name_key) do nothing`)
  const created = await tx.execute(sql`
    insert into products (id, ${names}, created_at, updated_at)
    select plan.product_id, ${fields}, ${at}::timestamptz, ${at}::timestamptz
    from ${taken} left join brands on brands.name_key = code_key(row ->> 'brand')
    where ${own} and plan.leads and plan.is_new_product`)
  await tx.execute(sql`
    insert into skus (id, product_id, sku, gtin, model_numbers, options, stock)
    select plan.sku_id, plan.product_id, ${skuFields} from ${taken} where ${own} and plan.is_new_sku`)
  await tx.execute(sql`
    insert into prices (sku_id, price_list, amount)
    select plan.sku_id, key, value::bigint from ${taken}, jsonb_each_text(row -> 'prices')
    where ${own} and plan.is_new_sku`)

  // One update for each product with any change, so that its version grows by one.
  const updated = await tx.execute(sql`
    with wanted as materialized (
      select plan.product_id, ${fields}
      from ${taken} left join brands on brands.name_key = code_key(row ->> 'brand')
      where ${own} and plan.leads and not plan.is_new_product
    ), wanted_skus as materialized (
      select plan.sku_id, ${skuFields}, row -> 'prices' as amounts from ${taken} where ${own} and not plan.is_new_sku
    ), changed_skus as (
      update skus set sku = wanted.sku, gtin = wanted.gtin, model_numbers = wanted.model_numbers,
        options = wanted.options, stock = wanted.stock
      from wanted_skus as wanted where skus.id = wanted.sku_id
        and (skus.sku, skus.gtin, skus.model_numbers, skus.options, skus.stock)
          is distinct from (wanted.sku, wanted.gtin, wanted.model_numbers, wanted.options, wanted.stock)
      returning skus.product_id
    ), gone_prices as (
      delete from prices using wanted_skus where prices.sku_id = wanted_skus.sku_id and not amounts ? price_list
      returning prices.sku_id
    ), changed_prices as (
      insert into prices (sku_id, price_list, amount)
      select sku_id, key, value::bigint from wanted_skus, jsonb_each_text(amounts)
      on conflict (sku_id, price_list) do update set amount = excluded.amount where prices.amount <> excluded.amount
      returning sku_id
    ), changed as (
      select product_id from changed_skus
      union select product_id from skus where id in (select sku_id from gone_prices union all select sku_id from changed_prices)
      union select product_id from import_plan as plan where ${own} and is_new_sku and not is_new_product
      union select id from products join wanted on wanted.product_id = products.id
        where (${fieldsOf('products')}) is distinct from (${fieldsOf('wanted')})
    )
    update products set (${names}, version, updated_at) = (${fieldsOf('wanted')}, products.version + 1, ${at}::timestamptz)
    from wanted where products.id = wanted.product_id and products.id in (select product_id from changed)`)
  // Without statistics of many new rows, PostgreSQL would plan the next statements as for a few.
  if ((created.rowCount ?? 0) > batchRows) await tx.execute(sql`select analyze_products()`)
  return { created: created.rowCount ?? 0, updated: updated.rowCount ?? 0 }
}

/**
 * Rebuilds the search rows of the new and changed products of the next batch.
 *
 * @param options.after the last line of the batch before
 * @returns the number of rows in the batch, and its last line
 */
export async function rebuildNext(
  tx: Tx,
  importId: string,
  options: { after: number; now: Date },
): Promise<{ rows: number; last: number }> {
  const { rows } = await tx.execute<{ line: number; changed: string | null }>(sql`
    select line, case when leads and updated_at = ${options.now.toISOString()} then products.id end as changed
    from (
      select line, product_id, leads from import_plan
      where import_id = ${importId} and line > ${options.after} order by line limit ${batchRows}
    ) as next join products on products.id = product_id
    order by line`)
  const ids = rows.flatMap(({ changed }) => changed ?? [])
  if (ids.length > 0) await rebuildProductSearch(tx, ids)
  return { rows: rows.length, last: rows.at(-1)?.line ?? options.after }
}

/** Ends the import. @returns false when it was marked as failed meanwhile: then the transaction must roll back */
export async function finishMerge(
  tx: Tx,
  importId: string,
  result: { failed: number; created: number; updated: number; now: Date },
): Promise<boolean> {
  const { failed, created, updated, now } = result
  await tx.execute(sql`delete from import_rows where import_id = ${importId}`)
  await tx.execute(sql`delete from import_plan where import_id = ${importId}`)
  const done = await tx
    .update(imports)
    .set({
      state: 'done',
      rowsFailed: sql`${imports.rowsFailed} + ${failed}`,
      productsCreated: created,
      productsUpdated: updated,
      finishedAt: now,
    })
    .where(and(eq(imports.id, importId), eq(imports.state, 'merging')))
  return done.rowCount === 1
}

/** Cancels the running statement of the merge, so that its transaction rolls back. */
export async function cancelMerge(db: Db, pid: number): Promise<void> {
  await db.execute(sql`select pg_cancel_backend(${pid})`)
}
