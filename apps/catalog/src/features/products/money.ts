import { z } from 'zod'

/** Currencies that lists can filter and sort by. */
export const currency = z.enum(['IDR', 'USD']).meta({ example: 'IDR' })
export type Currency = z.output<typeof currency>

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** The currency of a price list. */
export const isoCurrency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .refine((code) => currencies.has(code), { message: 'must be a currency of ISO 4217' })
  .meta({ example: 'IDR' })

export const compareAtAmount = z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable().meta({
  description:
    'The price that a shop shows struck through: higher than `amount`. An import that raises `amount` to it or above clears it',
  example: 15_990_000,
})

/** In minor units of ISO 4217: Rp129,900 is 12990000. */
export const money = z.object({
  amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ example: 12_990_000 }),
  currency: isoCurrency,
})

const withoutDecimals = new Set(
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
)
const withThreeDecimals = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '))

/** How many decimals an amount has, by ISO 4217. Intl follows what people write instead: none for IDR. See ADR 44. */
export function minorDigits(code: string): number {
  if (withoutDecimals.has(code)) return 0
  return withThreeDecimals.has(code) ? 3 : 2
}
