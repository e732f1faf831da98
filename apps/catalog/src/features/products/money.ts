import { z } from 'zod'

/** Currencies that lists can filter and sort by. */
export const currency = z.enum(['IDR', 'USD']).meta({ example: 'IDR' })

/** In minor units of ISO 4217: Rp129,900 is 12990000. */
export const money = z.object({
  amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ example: 12_990_000 }),
  currency,
})
