import { label, text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'
import { maxSkusPerProduct, newSku } from '../skus/schemas.ts'
import { compareAtAmount, money } from './money.ts'
import { plainText } from './plain-text.ts'

export const bilingual = <Each extends z.ZodType>(each: Each, example: { en: string; id: string }) =>
  z.strictObject({ en: each, id: each }).meta({ example })
/** HTML is stored as the text that it shows. So search, snippets, pages and exports have the same text, and no markup. */
const withoutMarkup = (each: ReturnType<typeof text>, { min, max }: { min: number; max: number }) =>
  z.string().overwrite(plainText).min(min).max(max).pipe(each)
const titleExample = { en: 'Men’s cotton shirt', id: 'Kemeja katun pria' }
const descriptionExample = { en: 'Soft and light.', id: 'Lembut dan ringan.' }
export const title = bilingual(withoutMarkup(label(300), { min: 1, max: 300 }), titleExample)
export const description = bilingual(
  withoutMarkup(text({ max: 10_000 }), { min: 0, max: 10_000 }).default(''),
  descriptionExample,
).meta({
  description:
    'Plain text, in one language or both. HTML is stored as the text that it shows, without tags and scripts',
})

const sku = z.object({
  sku: z.string().meta({ example: 'KMJ-204-NV-M' }),
  gtin: z.string().nullable().meta({ example: '8991234567898' }),
  modelNumbers: z.array(z.string()).meta({ example: ['SM-S921B'] }),
  options: z.record(z.string(), z.string()).meta({ example: { size: 'M' } }),
  stock: z.int().meta({ example: 12 }),
  prices: z.array(money.extend({ priceList: z.string().meta({ example: 'retail-idr' }), compareAtAmount })),
})

const inBoth = z.object({ en: z.string(), id: z.string() })
const named = inBoth.meta({ example: { en: 'Shirts', id: 'Kemeja' } })
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

/** Printable ASCII without quotes and angle brackets, so that a page can put it into an attribute. */
const url = z
  .string()
  .max(2_000)
  .regex(/^https?:\/\/[!#-;=?-~]+$/, { message: 'must be an http or https URL, percent-encoded' })
  .refine((written) => URL.canParse(written), { message: 'must be a URL' })
  .meta({ format: 'uri', example: 'https://images.example.com/kmj-204/front.webp' })
const pixels = z.int().min(1).max(32_767).nullable()
export const image = z.strictObject({
  url,
  alt: text({ max: 300 }).default('').meta({ example: 'The shirt from the front' }),
  width: pixels.default(null).meta({ description: 'In pixels', example: 1200 }),
  height: pixels.default(null).meta({ description: 'In pixels', example: 1600 }),
})

/** Lower-case words of ASCII, joined by hyphens. */
export const slug = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { message: 'must be lower-case words joined by hyphens' })
  .meta({ example: 'mens-cotton-shirt' })

/** A product with its brand, category and SKUs. */
export const product = z
  .object({
    id: uuid(),
    slug,
    version: z.int().meta({ description: 'Also the ETag: send it back in If-Match', example: 3 }),
    title: inBoth.meta({ example: titleExample }),
    description: inBoth.meta({ description: 'Plain text', example: descriptionExample }),
    images: z.array(image),
    brand: brand.nullable(),
    category,
    attributes,
    rating,
    popularity: z.int().meta({ example: 120 }),
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
    slug,
    title: inBoth.meta({ example: titleExample }),
    image: image.nullable().meta({ description: 'The first one' }),
    brand: brand.nullable(),
    category,
    attributes,
    options: z
      .record(z.string(), z.array(z.string()))
      .meta({ description: 'What its SKUs differ by', example: { size: ['M', 'S'] } }),
    rating,
    price: money.extend({ compareAtAmount }).nullable().meta({
      description: 'The lowest price of the SKUs that pass the filters, in the requested currency',
    }),
    inStock: z
      .boolean()
      .meta({ description: 'Whether a SKU that passes the filters is in stock', example: true }),
    createdAt: timestamp(),
  })
  .meta({ id: 'ListedProduct' })
export type ListedProduct = z.output<typeof listedProduct>

export const productParams = z.strictObject({ id: uuid() })
export const slugParams = z.strictObject({ slug })

export const attributeCode = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/)
export const attributeValue = z.union([text({ min: 1, max: 200 }), z.number(), z.boolean()])
export const maxAttributes = 50

/** The fields of a product itself, which PUT replaces. SKUs have their own routes. */
export const productFields = z.strictObject({
  title,
  slug: slug.optional().meta({
    description:
      'Without it, a new product gets one from its English title, and another product keeps its own',
  }),
  description: description.default({ en: '', id: '' }),
  images: z.array(image).max(20).default([]).meta({ description: 'The first one represents the product' }),
  brand: text({ min: 1, max: 100 })
    .regex(/[\p{Alphabetic}0-9]/u, { message: 'must have a letter or a digit' })
    .nullable()
    .default(null)
    .meta({ description: 'The name of the brand; a new name creates the brand', example: 'Senja' }),
  categoryId: uuid(),
  attributes: z
    .record(attributeCode, attributeValue)
    .refine((all) => Object.keys(all).length <= maxAttributes, {
      message: `must have at most ${maxAttributes} attributes`,
    })
    .default({})
    .meta({
      description: 'Only declared attributes, each with a value of its declared type',
      example: { color: 'navy' },
    }),
  rating: z.number().min(0).max(5).nullable().default(null).meta({ example: 4.6 }),
  popularity: z.int().min(0).max(1_000_000_000).default(0).meta({ example: 120 }),
})
export type ProductFields = z.output<typeof productFields>

export const newProduct = productFields.extend({
  skus: z.array(newSku).max(maxSkusPerProduct).default([]),
})
export type NewProduct = z.output<typeof newProduct>

const bilingualPatch = z.strictObject({ en: z.string(), id: z.string() }).partial().nullable()

/** JSON Merge Patch (RFC 7396) of the same fields. `productFields` checks the result. */
export const productPatch = z
  .strictObject({
    title: bilingualPatch,
    slug: slug.nullable(),
    images: z.array(image).nullable(),
    description: bilingualPatch,
    brand: z.string().nullable(),
    categoryId: uuid(),
    attributes: z.record(attributeCode, attributeValue.nullable()).nullable(),
    rating: z.number().nullable(),
    popularity: z.int().nullable(),
  })
  .partial()
  .meta({
    description: '`null` resets a field to its default',
    example: { title: { en: 'Linen shirt' }, rating: null },
  })
export type ProductPatch = z.output<typeof productPatch>

// Loose, because a request has other headers too.
export const createHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { message: 'must be 1 to 255 printable ASCII characters' })
    .optional()
    .meta({
      description: 'The same key and body return the first response again, with `Idempotent-Replayed: true`',
      example: '7f2c9a50-create-shirt',
    }),
})
