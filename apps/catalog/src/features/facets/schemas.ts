import { uuid } from '@fondasi/service'
import { z } from 'zod'

const counted = { count: z.int().meta({ example: 42 }), selected: z.boolean() }
const bucketEnds = 'In minor units. Both ends are inclusive, like `minPrice` and `maxPrice`'

export const facets = z
  .object({
    brands: z.array(z.object({ id: uuid(), name: z.string().meta({ example: 'Senja' }), ...counted })),
    categories: z.array(
      z.object({
        id: uuid(),
        name: z.object({ en: z.string(), id: z.string() }).meta({ example: { en: 'Shirts', id: 'Kemeja' } }),
        ...counted,
      }),
    ),
    prices: z.array(
      z
        .object({
          from: z.int().meta({ example: 5_000_000 }),
          to: z.int().nullable().meta({ example: 24_999_999 }),
          ...counted,
        })
        .meta({ description: bucketEnds }),
    ),
    priceRange: z
      .object({ min: z.int().meta({ example: 5_000_000 }), max: z.int().meta({ example: 189_000_000 }) })
      .nullable()
      .meta({
        description:
          'In minor units of `currency`, of the SKUs that pass all filters but the price. Null when none has a price',
      }),
    stock: z.array(z.object({ inStock: z.boolean(), ...counted })),
    attributes: z
      .array(
        z.object({
          code: z.string().meta({ example: 'color' }),
          values: z.array(z.object({ value: z.string().meta({ example: 'navy' }), ...counted })),
        }),
      )
      .meta({ description: 'Attributes of products and options of SKUs' }),
    approximate: z.boolean().meta({
      description:
        'Whether the counts and the price range are estimates from a sample. For a short list, this affects only values that a filter of the same facet excludes',
    }),
  })
  .meta({ id: 'Facets' })
export type Facets = z.output<typeof facets>

export const total = z.object({
  value: z.int().meta({ example: 137 }),
  relation: z
    .enum(['eq', 'gte', 'estimate'])
    .meta({ description: '`eq`: exact; `gte`: a lower bound; `estimate`: from a sample' }),
})
export type Total = z.output<typeof total>
