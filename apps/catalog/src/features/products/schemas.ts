import { text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'

/** Currencies that lists can filter and sort by: one column each in `product_search`. */
export const currency = z.enum(['IDR', 'USD']).meta({ example: 'IDR' })
export type Currency = z.output<typeof currency>

/** Money in minor units of ISO 4217: Rp129.900 is 12990000. */
export const money = z.object({
  amount: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ example: 12_990_000 }),
  currency,
})

const bilingual = (max: number, example: { en: string; id: string }) =>
  z.strictObject({ en: text({ max }), id: text({ max }) }).meta({ example })
export const title = bilingual(300, { en: 'Men’s cotton shirt', id: 'Kemeja katun pria' })
export const description = bilingual(10_000, { en: 'Soft and light.', id: 'Lembut dan ringan.' })

const sku = z.object({
  sku: z.string().meta({ example: 'KMJ-204-NV-M' }),
  gtin: z.string().nullable().meta({ example: '8991234567898' }),
  modelNumbers: z.array(z.string()),
  options: z.record(z.string(), z.string()).meta({ example: { size: 'M' } }),
  stock: z.int(),
  prices: z.array(money.extend({ priceList: z.string().meta({ example: 'retail-idr' }) })),
})

const named = z.object({ en: z.string(), id: z.string() })
const brand = z.object({ id: uuid(), name: z.string().meta({ example: 'Senja' }) })
const category = z.object({
  id: uuid(),
  slugPath: z.string().meta({ example: 'fashion/men/shirts' }),
  name: named,
})
const attributes = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .meta({ example: { color: 'navy', material: 'cotton' } })
const rating = z.number().nullable().meta({ example: 4.6 })

/** A product with all that belongs to it. */
export const product = z
  .object({
    id: uuid(),
    version: z.int().meta({ description: 'Also the ETag: send it back in If-Match' }),
    title,
    description,
    brand: brand.nullable(),
    category,
    attributes,
    rating,
    popularity: z.int(),
    skus: z.array(sku),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  })
  .meta({ id: 'Product' })
export type Product = z.output<typeof product>

/** A product as lists show it. */
export const listedProduct = z
  .object({
    id: uuid(),
    title,
    brand: brand.nullable(),
    category,
    attributes,
    rating,
    price: money.nullable().meta({ description: 'The lowest of its SKUs, in the currency asked for' }),
    inStock: z.boolean(),
    createdAt: timestamp(),
  })
  .meta({ id: 'ListedProduct' })
export type ListedProduct = z.output<typeof listedProduct>

export const productParams = z.strictObject({ id: uuid() })
