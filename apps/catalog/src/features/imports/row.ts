import { text } from '@fondasi/service'
import { z } from 'zod'
import { rejectedAttributes } from '../products/attributes.ts'
import { productFields } from '../products/schemas.ts'
import { skuFields } from '../skus/schemas.ts'

/** Enough for two descriptions of 10,000 characters in any script. A longer row is rejected. */
export const maxRowBytes = 256 * 1024
const maxPriceLists = 20

const word = (max: number) => text({ min: 1, max })
const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** PostgreSQL writes ids in lower case, other systems may not. Any other word is the file's own and stays as it is. */
const productName = word(64).transform((name) => (uuidPattern.test(name) ? name.toLowerCase() : name))

/**
 * One row of a file: a SKU with its own fields and those of its product. An absent field is empty, so that a row always
 * means the same. Rows with the same `product` are one product; its fields come from the first of them.
 */
const importRow = productFields
  .omit({ categoryId: true })
  .extend(skuFields.omit({ prices: true }).shape)
  .extend({
    /** No pattern, unlike for a SKU that is created here: it may come from another system. */
    sku: word(64),
    /** The id of an existing product, or any word that the file chooses. Absent: the SKU's product, or a new one. */
    product: productName.optional(),
    /** The path of an existing category. */
    category: word(400),
    /** Amounts in minor units, by the code of their price list. */
    prices: z
      .record(word(64), z.int().min(0).max(Number.MAX_SAFE_INTEGER))
      .refine(
        (prices) => Object.keys(prices).length <= maxPriceLists,
        `must have at most ${maxPriceLists} price lists`,
      )
      .default({}),
  })
export type ImportRow = z.output<typeof importRow>

export interface RowError {
  line: number
  code: 'malformed_row' | 'validation_failed' | 'attribute_rejected' | 'unknown_reference'
  detail: string
}
/** A row as it was read, not yet checked, or why it could not be read. */
export type ReadRow = { line: number; value: unknown } | RowError
export type CheckedRow = { line: number; row: ImportRow } | RowError

/** The attributes and price lists that a row may use. */
export interface Declared {
  attributes: ReadonlyMap<string, 'text' | 'number' | 'boolean'>
  priceLists: ReadonlySet<string>
}

/** Checks all that does not depend on other rows and products. */
export function checkRow(read: ReadRow, declared: Declared): CheckedRow {
  if ('code' in read) return read
  const { line, value } = read
  const parsed = importRow.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue?.path.join('.') ?? ''
    const detail = `${place || 'the row'}: ${issue?.message ?? 'is invalid'}`
    return { line, code: 'validation_failed', detail }
  }
  const row = parsed.data
  const [rejected] = rejectedAttributes(row.attributes, declared.attributes)
  if (rejected) return { line, code: 'attribute_rejected', detail: rejected.detail }
  const list = Object.keys(row.prices).find((code) => !declared.priceLists.has(code))
  if (list !== undefined)
    return { line, code: 'unknown_reference', detail: `No price list has the code ${list}` }
  return { line, row }
}
