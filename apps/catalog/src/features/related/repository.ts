import type { Db } from '@fondasi/postgres'
import { sql } from 'drizzle-orm'
import type { Currency } from '../products/money.ts'

/** The related products are chosen among this number of the most popular ones of the category, and of the brand. */
const candidates = 100

/**
 * The ids of products of the same category or brand, best first. Twice the popularity outweighs twice or half the price; a
 * product without a price counts as ten times as expensive.
 *
 * @returns undefined when the product does not exist
 */
export async function findRelated(
  db: Db,
  id: string,
  { currency, limit }: { currency: Currency; limit: number },
): Promise<string[] | undefined> {
  const priceOf = (productId: string) => sql`(
    select ln(1 + min(amount)) from product_prices
    where product_id = ${sql.raw(productId)} and currency = ${currency})`
  const { rows } = await db.execute<{ ids: string[] }>(sql`
    with origin as materialized (
      select *, ${priceOf('product_search.product_id')} as price from product_search where product_id = ${id}
    ), candidates as (
      (select product_id, popularity from product_search where category_id = (select category_id from origin)
        order by popularity desc limit ${candidates})
      union
      (select product_id, popularity from product_search where brand_id = (select brand_id from origin)
        order by popularity desc limit ${candidates})
    )
    select array(
      select product_id from candidates where product_id <> origin.product_id
      order by ln(1 + popularity) - coalesce(abs(${priceOf('candidates.product_id')} - origin.price), ln(10)) desc, product_id
      limit ${limit}
    ) as ids
    from origin`)
  return rows[0]?.ids
}
