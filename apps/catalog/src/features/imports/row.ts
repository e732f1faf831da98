import { text } from '@fondasi/service'
import { z } from 'zod'
import type { Fault } from '../../db/import-tables.ts'
import {
  attributeCode,
  attributeValue,
  description,
  productFields,
  slug,
  title,
} from '../products/schemas.ts'
import { skuFields } from '../skus/schemas.ts'

/** Enough for two descriptions of 10,000 characters in any script. A longer row is rejected. */
export const maxRowBytes = 256 * 1024

const word = (max: number) => text({ min: 1, max })
const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** PostgreSQL writes ids in lower case, other systems may not. Any other word is the shop's own and stays as it is. */
const productName = word(255).transform((name) => (uuidPattern.test(name) ? name.toLowerCase() : name))
const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

const { images, brand, rating, popularity } = productFields.shape
const { gtin, modelNumbers, stock } = skuFields.shape

export const exampleRow = {
  sku: 'KMJ-204-NV-M',
  product: 'shirt-204',
  title: { en: 'Men’s cotton shirt', id: 'Kemeja katun pria' },
  brand: 'Senja',
  category: 'shop/men/shirts',
  attributes: { color: 'navy' },
  options: { size: 'M' },
  stock: 3,
  prices: { 'retail-idr': 12_990_000, 'retail-usd': 899 },
}

/**
 * One row of a file: a patch of a SKU and of its product. An absent field leaves the stored value, null clears it. Rows
 * with the same `product` are one product; each of its fields comes from the first row that gives it.
 */
const importRow = z
  .strictObject({
    sku: word(64).meta({ description: 'Its identity, exactly as written', example: 'KMJ-204-NV-M' }),
    product: productName.nullish().meta({
      description:
        'The handle or id of a product, or a new handle. Absent: the product of the SKU, or a new one',
      example: 'shirt-204',
    }),
    category: word(400).nullish().meta({ description: 'The path of a category', example: 'shop/men/shirts' }),
    title: z
      .strictObject({ en: title.shape.en.nullish(), id: title.shape.id.nullish() })
      .nullish()
      .meta({ description: 'A new product needs one language; the other one is then the same' }),
    description: z
      .strictObject({
        en: description.shape.en.unwrap().nullish(),
        id: description.shape.id.unwrap().nullish(),
      })
      .nullish(),
    slug: slug.nullish().meta({ description: 'Empty or absent: a known product keeps its own' }),
    images: images.unwrap().nullish(),
    brand: brand.unwrap().nullish(),
    attributes: z.record(attributeCode, attributeValue.nullable()).nullish(),
    rating: rating.unwrap().nullish(),
    popularity: popularity.unwrap().nullish(),
    gtin: gtin.unwrap().nullish(),
    modelNumbers: modelNumbers.unwrap().nullish(),
    options: z.record(word(50), word(100).nullable()).nullish(),
    stock: stock.unwrap().nullish(),
    inStock: z
      .boolean()
      .nullish()
      .meta({
        description:
          'For a shop that does not count: `true` keeps the stored stock, which becomes 1 if it is 0; `false` is a stock of 0. ' +
          'Only without `stock`',
      }),
    prices: z
      .record(word(64), amount.nullable())
      .nullish()
      .meta({
        description: 'In minor units, by the code of their price list',
        example: { 'retail-idr': 12_990_000 },
      }),
    compareAtPrices: z
      .record(word(64), amount.nullable())
      .nullish()
      .meta({
        description: 'Struck-through prices in minor units. One that is not higher than the price is dropped',
        example: { 'retail-idr': 15_990_000 },
      }),
  })
  .meta({ id: 'ImportRow', description: 'One line of a file: a SKU and its product', example: exampleRow })
export type ImportRow = z.output<typeof importRow>

/** A row as it was read: not yet checked, without a value when it could not be read at all, or is refused. */
export interface ReadRow {
  line: number
  /** Of a row without a value. */
  sku?: string | undefined
  value?: unknown
  /** The file's names for fields that it calls something else, by their path. */
  names?: ReadonlyMap<string, string>
  faults: Fault[]
}
export type Names = ReadRow['names']
export interface RowError {
  line: number
  sku: string | null
  code: string
  detail: string
  faults: Fault[]
  /** More faults that it has if the SKU is new. */
  ifNew?: Fault[]
}
/** A row for the merge. The keys of both patches are flat: `title.en`, `prices.retail-idr`. */
export interface StagedRow {
  sku: string
  product: string | null
  /** What all rows of a product say together. */
  shared: Record<string, unknown>
  own: Record<string, unknown>
  /** The file's names for fields that it calls something else, for the errors of the merge. */
  names: Record<string, string>
}
export type CheckedRow = { line: number; row: StagedRow } | RowError

/** The attributes, price lists and categories that a row may use. */
export interface Declared {
  attributes: ReadonlyMap<string, 'text' | 'number' | 'boolean'>
  /** Currencies by the code of their price list. */
  priceLists: ReadonlyMap<string, string>
  /** By currency: the price list that `price.usd` means, which is the searched one, or the only one. */
  listOfCurrency: ReadonlyMap<string, string>
  /** The paths of the categories. */
  categories: ReadonlySet<string>
}

export type ImportMode = 'patch' | 'replace'

const attributeValues = { text: word(200), number: z.number(), boolean: z.boolean() }

/** An import's own schema: it has the declared attributes and price lists as fields. */
export function rowSchema({ attributes, priceLists }: Declared) {
  const ofType = Array.from(attributes, ([code, type]) => [code, attributeValues[type].nullish()] as const)
  const amounts = Array.from(priceLists.keys(), (code) => [code, amount.nullish()] as const)
  return importRow.extend({
    attributes: z.strictObject(Object.fromEntries(ofType)).nullish(),
    prices: z.strictObject(Object.fromEntries(amounts)).nullish(),
    compareAtPrices: z.strictObject(Object.fromEntries(amounts)).nullish(),
  })
}
export type CompleteRow = z.output<ReturnType<typeof rowSchema>>
