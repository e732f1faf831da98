import { demoProductId } from '@fondasi/catalog/demo-shop/write.ts'
import { atMost, type Row } from '../report.ts'
import { median } from '../statistics.ts'
import type { CatalogBench } from './catalog-services.ts'

const products = 50

/**
 * Write-ahead log of one price change, in bytes, when the log already has the full pages of the product. Prices are in no
 * text index, so only the rows change, and the index of prices.
 */
export async function measurePriceChange({ owner }: CatalogBench): Promise<Row[]> {
  const change = async (id: string, amount: number): Promise<number> => {
    const { rows: before } = await owner.query<{ lsn: string }>('select pg_current_wal_insert_lsn() as lsn')
    await owner.query('begin')
    await owner.query(
      `update prices set amount = $2 from skus
       where skus.id = sku_id and product_id = $1 and price_list = 'retail-idr'`,
      [id, Math.round(amount)],
    )
    await owner.query('select refresh_product_offers(array[$1]::uuid[])', [id])
    await owner.query('commit')
    const { rows } = await owner.query<{ bytes: number }>(
      'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::integer as bytes',
      [before[0]?.lsn],
    )
    return rows[0]?.bytes ?? Number.NaN
  }
  let used = 0
  /** Takes another product each time. A first change puts its pages in the log, the second one is measured. */
  const measured = async (from: number, to: number): Promise<number> => {
    const id = demoProductId((used += 1) * 37)
    await change(id, from)
    return change(id, to)
  }
  const bytes: number[] = []
  for (let index = 0; index < products; index += 1)
    bytes.push(await measured(2 ** 26, 2 ** 26 + 1_000 * (index + 1)))
  return [
    {
      name: 'write-ahead log of a price change, bytes',
      value: median(bytes),
      goal: atMost(1_024),
      from: `median of ${products}; worst ${Math.max(...bytes)}`,
    },
  ]
}
