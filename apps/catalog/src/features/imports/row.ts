import { text } from '@fondasi/service'
import { z } from 'zod'
import { description, title } from '../products/schemas.ts'

/** Enough for two descriptions of 10,000 characters in any script; a longer row is an error of its own. */
export const maxRowBytes = 256 * 1024
const maxEntries = 50
const maxInteger = 2_147_483_647
const noText = { en: '', id: '' }

const word = (max: number) => text({ min: 1, max })
const few = <Value extends z.ZodType>(value: Value) =>
  z
    .record(word(64), value)
    .refine((entries) => Object.keys(entries).length <= maxEntries, `has more than ${maxEntries} entries`)

/**
 * One row of a file: a SKU with all that is known of it and of its product. What is left out is empty, so that a
 * row always means the same. Rows with the same `product` are one product; its own fields come from the first of them.
 */
const importRow = z.strictObject({
  sku: word(64),
  /** The id of a product that is there, or any word of the file's own. Left out: the SKU's product, or a new one. */
  product: word(64).optional(),
  title,
  description: description.default(noText),
  /** Made when there is none of this name. */
  brand: word(100).nullable().default(null),
  /** The path of a category that is there. */
  category: word(400),
  attributes: few(z.union([text({ max: 200 }), z.number(), z.boolean()])).default({}),
  rating: z.number().min(0).max(5).nullable().default(null),
  popularity: z.int().min(0).max(maxInteger).default(0),
  gtin: z
    .string()
    .regex(/^(\d{8}|\d{12,14})$/)
    .nullable()
    .default(null),
  modelNumbers: z.array(word(64)).max(maxEntries).default([]),
  options: few(text({ max: 200 })).default({}),
  stock: z.int().min(0).max(maxInteger).default(0),
  /** Minor units under the code of a price list. */
  prices: few(z.int().min(0).max(Number.MAX_SAFE_INTEGER)).default({}),
})
export type ImportRow = z.output<typeof importRow>

export interface RowError {
  line: number
  code: 'malformed_row' | 'validation_failed' | 'attribute_rejected' | 'unknown_reference'
  detail: string
}
/** A row as it was read: not looked into yet, or not even readable. */
export type ReadRow = { line: number; value: unknown } | RowError
export type CheckedRow = { line: number; row: ImportRow } | RowError

/** What a row may name. */
export interface Declared {
  attributes: ReadonlyMap<string, 'text' | 'number' | 'boolean'>
  priceLists: ReadonlySet<string>
}

/** Everything about a row that can be told without other rows and products. */
export function checkRow(read: ReadRow, declared: Declared): CheckedRow {
  if ('code' in read) return read
  const { line, value } = read
  const parsed = importRow.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue?.path.join('.') ?? ''
    return {
      line,
      code: 'validation_failed',
      detail: `${place || 'the row'}: ${issue?.message ?? 'is wrong'}`,
    }
  }
  const row = parsed.data
  for (const [code, attribute] of Object.entries(row.attributes)) {
    const type = declared.attributes.get(code)
    const wanted = type === 'text' ? 'string' : type
    if (typeof attribute !== wanted)
      return {
        line,
        code: 'attribute_rejected',
        detail: `${code}: ${type ? `is no ${type}` : 'is not declared'}`,
      }
  }
  const list = Object.keys(row.prices).find((code) => !declared.priceLists.has(code))
  if (list !== undefined) return { line, code: 'unknown_reference', detail: `There is no price list ${list}` }
  return { line, row }
}
