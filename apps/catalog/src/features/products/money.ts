import { z } from 'zod'

/** Currencies that lists can filter and sort by: one column each in `product_search`. */
export const currency = z.enum(['IDR', 'USD']).meta({ example: 'IDR' })
export type Currency = z.output<typeof currency>

/** In minor units of ISO 4217: Rp129,900 is 12990000. */
export const money = z.object({
  amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ example: 12_990_000 }),
  currency,
})

const withoutDecimals = new Set(
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
)
const withThreeDecimals = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '))

/** How many decimals an amount has, by ISO 4217. Intl follows what people write instead: none for IDR. */
export function minorDigits(code: string): number {
  if (withoutDecimals.has(code)) return 0
  return withThreeDecimals.has(code) ? 3 : 2
}
