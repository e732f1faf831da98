import { z } from 'zod'
import { isoCurrency } from '../products/money.ts'
import { priceListName } from '../skus/schemas.ts'

export const priceListParams = z.strictObject({ name: priceListName })
export const priceListFields = z.strictObject({ currency: isoCurrency })

export const priceList = z
  .object({
    name: priceListName,
    currency: isoCurrency,
    minorDigits: z.int().meta({
      description: 'The decimal places of its amounts (ISO 4217): 12990000 with two of them is Rp129,900',
      example: 2,
    }),
    searched: z.boolean().meta({
      description: 'Whether lists, filters and sorts of products use its prices: one list per currency',
    }),
  })
  .meta({ id: 'PriceList' })
export type PriceList = z.output<typeof priceList>
