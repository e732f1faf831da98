import type { Tx } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import { maxAttributes } from '../../products/schemas.ts'
import { maxOptions, maxSkusPerProduct } from '../../skus/schemas.ts'
import { missingCategory, missingTitle, rowError, unknownPathAdvice } from '../check.ts'
import { insertErrors, maxStoredErrors } from '../repository.ts'
import type { RowError } from '../row.ts'

/** The time when an import began: its id holds it, by the same clock as `edited_at` and `deleted_at`. */
const beginOf = (importId: string) => sql`uuid_extract_timestamp(${importId})`

/** Locks the existing products of the rows, in one order, until the transaction ends. */
export async function lockProducts(tx: Tx, importId: string): Promise<void> {
  // PostgreSQL needs statistics of this import's rows before it joins them; later steps do the same for the plan.
  await tx.execute(sql`select analyze_staged()`)
  await tx.execute(sql`
    select count(*) from (
      select id from products where id in (
        select skus.product_id from import_rows join skus using (sku) where import_id = ${importId}
        union all select ${namedId} from import_rows where import_id = ${importId}
        union all select products.id from import_rows join products on handle = row ->> 'product'
          where import_id = ${importId} and deleted_at is null
      ) order by id for update
    ) as locked`)
}

const namedId = sql.raw(`case when row ->> 'product' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
  then (row ->> 'product')::uuid end`)

/**
 * Finds the product and SKU of each row. Rows for which that fails become errors.
 *
 * `changed_meanwhile`: a request changed or deleted the product or SKU after this import began. That is newer than the
 * file, so it stays.
 *
 * @returns the number of those errors
 */
export async function identifyRows(tx: Tx, importId: string): Promise<number> {
  const { rows: errors } = await tx.execute<RejectedRow>(sql`
    with gone_skus as materialized (
      select sku from deleted_skus where deleted_at > ${beginOf(importId)}
    ), gone_products as materialized (
      select unnest(array[handle, id::text]) as name from products
      where deleted_at is not null and edited_at > ${beginOf(importId)}
    ), placed as (
      select line, staged.sku, row -> 'names' as names, row ->> 'product' as name, row #>> '{shared,brand}' as brand,
        skus.id as sku_id, owner.deleted_at, case when owner.deleted_at is null then owner.id end as owner_id,
        coalesce(by_handle.id, by_id.id) as named_id, uuidv7() as fresh_id,
        coalesce('product ' || (row ->> 'product'), 'line ' || line) as family,
        row_number() over (partition by staged.sku order by line) as nth
      from import_rows as staged
      left join skus on skus.sku = staged.sku
      left join products as owner on owner.id = skus.product_id
      left join products as by_handle on by_handle.handle = row ->> 'product' and by_handle.deleted_at is null
      left join products as by_id on by_id.id = ${namedId} and by_id.deleted_at is null
      where import_id = ${importId}
    ), related as (
      select *, coalesce(named_id, first_value(owner_id) over members) as known_id,
        first_value(fresh_id) over members as family_id
      from placed window members as (partition by family order by owner_id nulls last, line)
    ), judged as (
      select related.*, coalesce(known_id, family_id) as product_id, known.handle,
        first_value(name) over (partition by known_id, name is null order by line) as first_name,
        case when code_key(sku) = '' or code_key(brand) = '' then 'validation_failed'
          when nth > 1 then 'duplicate_sku'
          when related.deleted_at is not null then 'product_deleted'
          when owner_id <> known_id then 'sku_exists'
          when known.edited_at > ${beginOf(importId)}
            or sku_id is null and sku in (select sku from gone_skus)
            or known_id is null and name in (select name from gone_products where name is not null)
            then 'changed_meanwhile' end as own_error
      from related left join products as known on known.id = known_id
    ), compared as (
      select *, case when own_error is not null then own_error
          when named_id is null and name <> handle then 'duplicate_product'
          when known_id is not null and name <> first_name then 'duplicate_product'
          when sku_id is null and row_number() over (partition by family, own_error, sku_id is null order by line)
            + (select count(*) from skus where skus.product_id = known_id) > ${maxSkusPerProduct} then 'too_many_skus'
          end as error
      from judged
    ), planned as (
      insert into import_plan (import_id, line, product_id, is_new_product, sku_id, is_new_sku, handle)
      select ${importId}::uuid, line, product_id, known_id is null, coalesce(sku_id, uuidv7()), sku_id is null,
        case when named_id is null then name end
      from compared where error is null
    )
    select line, sku, names, count(*) over ()::integer as total, jsonb_build_array(jsonb_build_object(
      'code', error,
      'column', case when error = 'duplicate_product' then 'product' when code_key(brand) = '' then 'brand' else 'sku' end,
      'value', case when error = 'duplicate_product' then name when code_key(brand) = '' then brand else sku end,
      'detail', case error
        when 'validation_failed' then 'must have a letter or a digit'
        when 'duplicate_sku' then 'An earlier row has the SKU ' || sku
        when 'duplicate_product' then 'The product of ' || sku || ' already has the name ' || coalesce(handle, first_name)
        when 'too_many_skus' then 'A product has at most ${sql.raw(String(maxSkusPerProduct))} SKUs, and ' || sku || ' is beyond that'
        when 'product_deleted' then 'The product of ' || sku || ' was deleted'
        when 'changed_meanwhile' then 'The product of ' || sku || ' was changed or deleted after this import began, and stays so. '
          || 'If the row is still right, send it again'
        else sku || ' belongs to another product' end)) as faults
    from compared where error is not null order by line limit ${maxStoredErrors}`)
  return reject(tx, importId, errors)
}

/** Collects the fields that the planned rows of each product give together. */
export async function collectFields(tx: Tx, importId: string): Promise<void> {
  await tx.execute(sql`delete from import_products where import_id = ${importId}`)
  await tx.execute(sql`
    insert into import_products (import_id, line, product_id, rows, is_new, handle, patch)
    select import_id, min(line), product_id, count(*), bool_or(is_new_product), min(handle),
      first_given(row -> 'shared' order by line)
    from import_plan join import_rows using (import_id, line)
    where import_id = ${importId} group by import_id, product_id`)
  await tx.execute(sql`select analyze_staged()`)
}

/** SQL for one fault of a row. The value and the detail are SQL, too. */
const fault = (code: string, column: string, value: string, detail: string) =>
  sql.raw(
    `jsonb_build_object('code', '${code}', 'column', '${column}', 'value', ${value}, 'detail', ${detail})`,
  )

/**
 * Rejects planned rows that contradict an earlier row of their product, or whose product would be incomplete.
 *
 * @returns their number; if it is not 0, collect the fields again, because a rejected row gives its product nothing
 */
export async function rejectRows(tx: Tx, importId: string): Promise<number> {
  const hasTooMany = (field: string, patch: string, stored: string, most: number) =>
    sql.raw(
      `(select count(*) from jsonb_object_keys(patch_entries(${stored}.${field}, ${patch}, '${field}'))) > ${most}`,
    )
  const tooMany = `'has too many entries, together with the stored ones'`
  const category = `patch ->> 'category'`
  const slug = `patch ->> 'slug'`
  const { rows: errors } = await tx.execute<RejectedRow>(sql`
    with judged as (
      select plan.line, import_rows.sku, row -> 'names' as names,
        -- Each variant of a Google feed has a title of its own; the first one is that of the product.
        case when format = 'google' or patch @> jsonb_strip_nulls(row -> 'shared') then '[]' else (
          select jsonb_agg(jsonb_build_object('code', 'conflicting_rows', 'column', key, 'value', left(value #>> '{}', 100),
            'detail', 'An earlier row of this product has ' || left(patch ->> key, 100)) order by key)
          from jsonb_each(row -> 'shared') where value <> 'null' and value <> patch -> key) end
        || to_jsonb(array_remove(array[
          case when is_complete and not patch ?| array['title.en', 'title.id']
            then ${fault('validation_failed', 'title', `''`, `'${missingTitle}'`)} end,
          case when is_complete and not patch ? 'category' and fallback.id is null
            then ${fault('validation_failed', 'category', `''`, `'${missingCategory}'`)} end,
          case when patch ? 'category' and coalesce(placed.id, fallback.id) is null
            then ${fault('unknown_reference', 'category', category, `'no category has the path ' || (${category}) || '${unknownPathAdvice}'`)} end,
          case when slugs.product_id <> given.product_id
              or patch ? 'slug' and given.line > min(given.line) over (partition by patch ->> 'slug')
            then ${fault('slug_exists', 'slug', slug, `'Another product has the slug ' || (${slug})`)} end,
          case when ${hasTooMany('attributes', 'patch', 'stored', maxAttributes)}
            then ${fault('validation_failed', 'attributes', `''`, tooMany)} end,
          case when ${hasTooMany('options', `(row -> 'own')`, 'skus', maxOptions)}
            then ${fault('validation_failed', 'options', `''`, tooMany)} end
        ], null)) as faults
      from import_plan as plan
      join import_rows using (import_id, line)
      join import_products as given using (import_id, product_id)
      join imports on imports.id = import_id
      cross join lateral (select is_new or mode = 'replace') as rule(is_complete)
      left join products as stored on stored.id = product_id
      left join skus on skus.id = plan.sku_id
      left join product_slugs as slugs on slugs.slug = patch ->> 'slug'
      left join categories as placed on placed.slug_path = patch ->> 'category'
      left join categories as fallback on fallback.slug_path = imports.category
      where import_id = ${importId}
    ), rejected as (
      delete from import_plan using judged
      where import_id = ${importId} and import_plan.line = judged.line and faults <> '[]'
      returning judged.*
    )
    select line, sku, names, count(*) over ()::integer as total, faults
    from rejected order by line limit ${maxStoredErrors}`)
  return reject(tx, importId, errors)
}

type RejectedRow = Pick<RowError, 'line' | 'sku' | 'faults'> & {
  total: number
  names: Record<string, string>
}

async function reject(tx: Tx, importId: string, rejected: RejectedRow[]): Promise<number> {
  const errors = rejected.map(({ line, sku, names, faults }) => {
    const named = faults.map((fault) => ({
      ...fault,
      column: names[fault.column] ?? names[`${fault.column}.en`] ?? fault.column,
    }))
    return rowError(line, sku, named)
  })
  await insertErrors(tx, importId, errors)
  return rejected[0]?.total ?? 0
}
