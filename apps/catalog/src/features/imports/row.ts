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
/** Enough to recognise a value, or the name of a column. */
const shownValue = 100
const shownName = 64
/** A row of the maximum length can have thousands. */
const maxFaults = 20

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
type Names = ReadRow['names']
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
interface StagedRow {
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

export const malformed = (line: number, detail: string): ReadRow => ({
  line,
  faults: [{ column: '', value: '', code: 'malformed_row', detail }],
})

/** The details of these codes say what is wrong with the value of a column; those of other codes are sentences. */
const aboutColumn = new Set(['validation_failed', 'attribute_rejected', 'unknown_reference'])

/** @param faults at least one; the first gives the code and the detail */
export function rowError(line: number, sku: string | null, faults: Fault[]): RowError {
  const { column = '', code = '', detail = '' } = faults[0] ?? {}
  return { line, sku, code, detail: aboutColumn.has(code) ? `${column}: ${detail}` : detail, faults }
}

const attributeValues = { text: word(200), number: z.number(), boolean: z.boolean() }

/** An import's own schema: it has the declared attributes and price lists as fields. */
function rowSchema({ attributes, priceLists }: Declared) {
  const ofType = Array.from(attributes, ([code, type]) => [code, attributeValues[type].nullish()] as const)
  const amounts = Array.from(priceLists.keys(), (code) => [code, amount.nullish()] as const)
  return importRow.extend({
    attributes: z.strictObject(Object.fromEntries(ofType)).nullish(),
    prices: z.strictObject(Object.fromEntries(amounts)).nullish(),
    compareAtPrices: z.strictObject(Object.fromEntries(amounts)).nullish(),
  })
}
type CompleteRow = z.output<ReturnType<typeof rowSchema>>

/**
 * Makes the function that checks all that does not depend on other rows and products.
 *
 * @param fallback the category of rows that have none, or an unknown one
 */
export function createRowCheck(
  declared: Declared,
  mode: ImportMode,
  fallback: string | undefined,
): (read: ReadRow) => CheckedRow {
  const schema = rowSchema(declared)
  return ({ line, sku: knownSku, value, names, faults: unread }) => {
    const parsed = value === undefined ? undefined : schema.safeParse(value, { reportInput: true })
    if (parsed?.success && unread.length === 0) return { line, row: toStaged(parsed.data, mode, names) }
    const invalid = (parsed?.error?.issues ?? [])
      .slice(0, maxFaults)
      .flatMap((issue) => toFaults(issue, names))
    const sku = knownSku ?? entryOf(value, 'sku')
    const shownSku = typeof sku === 'string' ? shown(sku, shownName) : null
    const faults = [...unread, ...invalid]
    // The merge checks the categories of valid rows, because a request may create one until then.
    const category = entryOf(value, 'category')
    if (typeof category === 'string' && fallback === undefined && !declared.categories.has(category)) {
      const detail = `no category has the path ${shown(category)}${unknownPathAdvice}`
      faults.push(faultOf(names, ['category'], category, 'unknown_reference', detail))
    }
    const missing = value === undefined ? [] : missingFaults(value, names, fallback !== undefined)
    if (mode === 'replace') faults.push(...missing)
    const ifNew = mode === 'replace' ? [] : missing
    return { ...rowError(line, shownSku, faults.slice(0, maxFaults)), ifNew }
  }
}

export const missingTitle = 'is missing: a new product needs title.en or title.id in one of its rows'
export const missingCategory = 'is missing: a new product needs one; or send ?category=PATH with the file'
export const unknownPathAdvice = ': create it, or send ?category=PATH with the file'

/** What a new product lacks. A row that names its product may leave it to other rows. */
function missingFaults(value: unknown, names: Names, hasCategory: boolean): Fault[] {
  if (typeof entryOf(value, 'product') === 'string') return []
  const title = entryOf(value, 'title')
  const isUntitled = ['en', 'id'].every((language) => typeof entryOf(title, language) !== 'string')
  const isPlaced = hasCategory || typeof entryOf(value, 'category') === 'string'
  return [
    ...(isUntitled ? [faultOf(names, ['title'], '', 'validation_failed', missingTitle)] : []),
    ...(isPlaced ? [] : [faultOf(names, ['category'], '', 'validation_failed', missingCategory)]),
  ]
}

/** @param path of the field; one column may have a list: the name of `images` is also that of `images.2.url` */
function faultOf(
  names: Names,
  path: readonly PropertyKey[],
  value: unknown,
  code: string,
  detail: string,
): Fault {
  const ours = path.join('.')
  const [field] = path
  const theirs = names?.get(ours) ?? names?.get(String(field)) ?? names?.get(`${String(field)}.en`)
  return { column: shown(theirs ?? (ours || 'the row'), shownName), value: shown(value), code, detail }
}

const undeclared = new Map<unknown, { code: string; kind: string }>([
  ['attributes', { code: 'attribute_rejected', kind: 'attribute' }],
  ['prices', { code: 'unknown_reference', kind: 'price list' }],
  ['compareAtPrices', { code: 'unknown_reference', kind: 'price list' }],
])

function toFaults(issue: z.core.$ZodIssue, names: Names): Fault[] {
  const { path, input } = issue
  if (issue.code === 'unrecognized_keys') {
    const { code, kind } = undeclared.get(path[0]) ?? { code: 'validation_failed', kind: 'field' }
    return issue.keys
      .slice(0, maxFaults)
      .map((key) => faultOf(names, [...path, key], entryOf(input, key), code, `no ${kind} has this name`))
  }
  if (issue.code !== 'invalid_type') return [faultOf(names, path, input, 'validation_failed', issue.message)]
  // Null is right for all other fields.
  if (input === undefined || input === null) {
    const advice = path[0] === 'sku' ? 'is missing: give each row a SKU' : 'is missing'
    return [faultOf(names, path, '', 'validation_failed', advice)]
  }
  const code = path[0] === 'attributes' && path.length > 1 ? 'attribute_rejected' : 'validation_failed'
  return [faultOf(names, path, input, code, `must be of type ${issue.expected}`)]
}

function entryOf(object: unknown, key: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  return Object.getOwnPropertyDescriptor(object, key)?.value
}

export function shown(value: unknown, max = shownValue): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  if (text.length <= max) return text
  // V8 keeps the whole text as long as a slice of it lives; through a buffer, the beginning becomes a text of its own.
  return `${Buffer.from(text.slice(0, max)).toString()}…`
}

/** What a row clears before its own fields count when an absent field means an empty one. */
const cleared = {
  shared: {
    'description.en': null,
    'description.id': null,
    images: null,
    brand: null,
    attributes: null,
    rating: null,
    popularity: null,
  },
  own: { gtin: null, modelNumbers: null, options: null, stock: null, prices: null, compareAtPrices: null },
}

function toStaged(row: CompleteRow, mode: ImportMode, names: Names = new Map()): StagedRow {
  const { sku, product, category, title, slug, ...fields } = row
  const { description, images, brand, attributes, rating, popularity, ...own } = fields
  const bare = mode === 'replace' ? cleared : { shared: {}, own: {} }
  // A title, a category and a slug can be replaced but not cleared: an empty one is as good as an absent one.
  const titles = mode === 'replace' ? { en: title?.en ?? title?.id, id: title?.id ?? title?.en } : title
  const kept = Object.entries(flat({ title: titles, category, slug })).filter(([, value]) => value !== null)
  // As text, so that the images of two rows are equal or not, and never merged.
  const listed = images && JSON.stringify(images)
  const shared = flat({ description, images: listed, brand, attributes, rating, popularity })
  return {
    sku,
    product: product ?? null,
    shared: { ...bare.shared, ...Object.fromEntries(kept), ...shared },
    own: { ...bare.own, ...flat(own) },
    names: Object.fromEntries([...names].filter(([ours, theirs]) => ours !== theirs)),
  }
}

function flat(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner] as const)
      : [[name, value] as const],
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
