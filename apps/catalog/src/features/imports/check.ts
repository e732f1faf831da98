import type { z } from 'zod'
import type { Fault } from '../../db/import-tables.ts'
import {
  type CheckedRow,
  type CompleteRow,
  type Declared,
  type ImportMode,
  type Names,
  type ReadRow,
  type RowError,
  rowSchema,
  type StagedRow,
} from './row.ts'

/** Enough to recognise a value, or the name of a column. */
const shownValue = 100
const shownName = 64
/** A row of the maximum length can have thousands. */
const maxFaults = 20

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

const cleared = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, null]))
/** What a row clears before its own fields count when an absent field means an empty one. */
const clearedOfProduct = cleared('description.en description.id images brand attributes rating popularity')
const clearedOfSku = cleared('gtin modelNumbers options stock prices compareAtPrices')

function toStaged(row: CompleteRow, mode: ImportMode, names: Names = new Map()): StagedRow {
  const { sku, product, category, title, slug, ...fields } = row
  const { description, images, brand, attributes, rating, popularity, ...own } = fields
  const isComplete = mode === 'replace'
  // A title, a category and a slug can be replaced but not cleared: an empty one is as good as an absent one.
  const titles = isComplete ? { en: title?.en ?? title?.id, id: title?.id ?? title?.en } : title
  const kept = Object.entries(flat({ title: titles, category, slug })).filter(([, value]) => value !== null)
  // As text, so that the images of two rows are equal or not, and never merged.
  const listed = images && JSON.stringify(images)
  const shared = flat({ description, images: listed, brand, attributes, rating, popularity })
  return {
    sku,
    product: product ?? null,
    shared: { ...(isComplete && clearedOfProduct), ...Object.fromEntries(kept), ...shared },
    own: { ...(isComplete && clearedOfSku), ...flat(own) },
    names: Object.fromEntries([...names].filter(([ours, theirs]) => ours !== theirs)),
  }
}

/** The fields of a row with the keys of objects after a dot: `title.en`. Absent ones are left out. */
export function flat(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner] as const)
      : [[name, value] as const],
  )
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
