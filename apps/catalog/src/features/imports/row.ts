import { text } from '@fondasi/service'
import { z } from 'zod'
import { rejectedAttributes } from '../products/attributes.ts'
import { productFields } from '../products/schemas.ts'
import { skuFields } from '../skus/schemas.ts'

/** Enough for two descriptions of 10,000 characters in any script; a longer row is an error of its own. */
export const maxRowBytes = 256 * 1024
const maxPriceLists = 20

const word = (max: number) => text({ min: 1, max })

/**
 * One row of a file: a SKU with all that is known of it and of its product. What is left out is empty, so that a
 * row always means the same. Rows with the same `product` are one product; its own fields come from the first of them.
 */
const importRow = productFields
  .omit({ categoryId: true })
  .extend(skuFields.omit({ prices: true }).shape)
  .extend({
    /** Other systems' codes are what they are: no pattern, unlike one that is made here. */
    sku: word(64),
    /** The id of a product that is there, or any word of the file's own. Left out: the SKU's product, or a new one. */
    product: word(64).optional(),
    /** The path of a category that is there. */
    category: word(400),
    /** Minor units under the code of a price list. */
    prices: z
      .record(word(64), z.int().min(0).max(Number.MAX_SAFE_INTEGER))
      .refine((prices) => Object.keys(prices).length <= maxPriceLists, `more than ${maxPriceLists}`)
      .default({}),
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
    const detail = `${place || 'the row'}: ${issue?.message ?? 'is wrong'}`
    return { line, code: 'validation_failed', detail }
  }
  const row = parsed.data
  const [rejected] = rejectedAttributes(row.attributes, declared.attributes)
  if (rejected) return { line, code: 'attribute_rejected', detail: rejected.detail }
  const list = Object.keys(row.prices).find((code) => !declared.priceLists.has(code))
  if (list !== undefined) return { line, code: 'unknown_reference', detail: `There is no price list ${list}` }
  return { line, row }
}
