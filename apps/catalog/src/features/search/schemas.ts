import { listQuery, pageOfItems, text } from '@fondasi/service'
import { z } from 'zod'
import { facets, total } from '../facets/schemas.ts'
import { filterQuery } from '../filters/schemas.ts'
import { listedProduct } from '../products/schemas.ts'

const q = text({ min: 1, max: 500 }).meta({
  description:
    'Words, "exact phrases", -without, this OR that; SKU, GTIN or model number in any written form',
  example: 'kemeja katun -putih',
})

export const searchQuery = filterQuery.extend(listQuery.shape).extend({
  q,
  facets: z.stringbool().default(false).meta({ description: 'Count facets in the same request' }),
})

const fragments = z.array(z.object({ text: z.string(), isMatch: z.boolean() })).meta({
  example: [
    { text: 'Kemeja', isMatch: true },
    { text: ' katun', isMatch: false },
  ],
})

export const searchPage = pageOfItems(
  listedProduct.extend({ highlight: z.object({ en: fragments, id: fragments }) }),
).extend({
  total,
  corrections: z
    .record(z.string(), z.array(z.string()))
    .meta({ description: 'Words that nothing has, and what was looked for beside them' }),
  facets: facets.optional(),
})
