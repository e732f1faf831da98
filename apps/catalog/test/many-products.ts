import type { Db } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'

/**
 * Creates many products at once, for tests about pages and their cost. Product n has the price n/2, so that prices,
 * ratings and popularity have ties. One in ten has the word `thing7` and a name from Thing 700 to Thing 799. The last hundredth, which
 * is the most expensive one, is in the category `rare`.
 */
export async function stockManyProducts(
  db: Db,
  options: { products: number; common: string; rare: string },
): Promise<void> {
  const { products, common, rare } = options
  await db.execute(sql`
    insert into products (category_id, title_en, title_id, rating, popularity, created_at, updated_at)
    select case when number > ${products}::integer * 0.99 then ${rare}::uuid else ${common}::uuid end,
      'Thing ' || lpad((number * 7919 % 1000)::text, 3, '0'), 'Barang ' || lpad((number * 104729 % 1000)::text, 3, '0'),
      (number * 31 % 51)::real / 10, number * 17 % 90, '2026-01-01'::timestamptz + (number / 3) * interval '1 minute', now()
    from generate_series(1, ${products}::integer) as number`)
  // Half a kilobyte of words each, like a description: the rows per page decide how many buffers a query reads.
  await db.execute(sql`
    insert into product_search (product_id, category_id, created_at, rating, popularity, sample, title_length,
      offers, attribute_terms, name_en, name_id, search)
    select id, category_id, created_at, coalesce(rating, -1), popularity, number % 16, 2,
      array[row(null, number % 3 > 0, jsonb_build_object('IDR', number / 2), terms)::offer], terms,
      lower(title_en), lower(title_id),
      array_to_tsvector(array(select md5(number || '-' || word) from generate_series(1, 12) as word)
        || array['thing', 'thing' || substr(title_en, 7, 1)])
    from (
      select *, row_number() over (order by created_at, id)::integer as number from products
    ) as numbered cross join lateral (
      select array['color=' || (array['red', 'blue'])[number % 2 + 1]] as terms
    ) as attribute
    where not exists (select from product_search where product_id = id)`)
  await db.execute(sql`
    insert into product_prices (product_id, currency, amount)
    select product_id, 'IDR', (offers[1].prices ->> 'IDR')::bigint from product_search
    on conflict do nothing`)
}
