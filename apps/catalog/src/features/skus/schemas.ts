import { text, uuid } from '@fondasi/service'
import { z } from 'zod'
import { compareAtAmount, money } from '../products/money.ts'

/** ASCII, because people print and type it. Look-ups ignore spaces, punctuation and case: see `code_key`. */
const skuCode = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9 ._/+-]*[A-Za-z0-9])?$/, {
    message: 'must begin and end with a letter or digit; between them, spaces and . _ / + - are allowed',
  })
  .meta({ example: 'KMJ-204-NV-M' })

export const priceListName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, { message: 'must be the name of a price list, such as retail-idr' })
  .meta({ example: 'retail-idr' })

const price = z
  .strictObject({ ...money.shape, priceList: priceListName, compareAtAmount: compareAtAmount.default(null) })
  .refine(({ amount, compareAtAmount: higher }) => higher === null || higher > amount, {
    path: ['compareAtAmount'],
    message: 'must be higher than amount',
  })

const listsOnce = (prices: readonly { priceList: string }[]) =>
  new Set(prices.map(({ priceList }) => priceList)).size === prices.length

/** PostgreSQL can add two of them without an overflow. */
export const maxStock = 1_000_000_000

/** The fields of a SKU besides its code. */
export const skuFields = z.strictObject({
  gtin: z
    .string()
    .regex(/^(?:\d{8}|\d{12,14})$/, { message: 'must have 8, 12, 13 or 14 digits' })
    .nullable()
    .default(null)
    .meta({ example: '8991234567898' }),
  modelNumbers: z
    .array(text({ min: 1, max: 64 }))
    .max(10)
    .default([]),
  options: z
    .record(text({ min: 1, max: 50 }), text({ min: 1, max: 100 }))
    .refine((options) => Object.keys(options).length <= 10, { message: 'must have at most 10 options' })
    .default({})
    .meta({ example: { size: 'M' } }),
  stock: z.int().min(0).max(maxStock).default(0).meta({ example: 12 }),
  prices: z
    .array(price)
    .max(20)
    .refine(listsOnce, { message: 'must name each price list only once' })
    .default([])
    .meta({ example: [{ amount: 12_990_000, currency: 'IDR', priceList: 'retail-idr' }] }),
})
export type SkuFields = z.output<typeof skuFields>

/** JSON Merge Patch (RFC 7396) of the same fields. `skuFields` checks the result. */
export const skuPatch = z
  .strictObject({
    gtin: z.string().nullable(),
    modelNumbers: z.array(z.string()).nullable(),
    options: z.record(z.string(), z.string().nullable()).nullable(),
    stock: z.int().nullable(),
    prices: z.array(price).nullable(),
  })
  .partial()
  .meta({
    description: '`null` resets a field to its default; `prices` and `modelNumbers` are replaced as a whole',
    example: { stock: 7, options: { size: 'L' } },
  })
export type SkuPatch = z.output<typeof skuPatch>

export const stockChange = z.strictObject({
  delta: z
    .int()
    .min(-maxStock)
    .max(maxStock)
    .refine((delta) => delta !== 0, { message: 'must not be 0' })
    .meta({ description: 'Negative for units sold, positive for units received', example: -3 }),
})

export const newSku = skuFields.extend({ sku: skuCode })
export type NewSku = z.output<typeof newSku>

/** In any written form. */
export const skuParams = z.strictObject({ sku: text({ min: 1, max: 100 }).meta({ example: 'kmj 204 nv m' }) })
export const productSkuParams = skuParams.extend({ id: uuid() })

/** A response contains all of them. More variants are better split into several products. */
export const maxSkusPerProduct = 100
