import { serviceProblem } from '@fondasi/service'
import { checkHeader, quoted } from '../csv/columns.ts'
import type { Layout } from '../csv/read.ts'
import type { Declared, ImportMode } from '../row.ts'
import { google } from './google.ts'
import { columnName, type Row } from './mapping.ts'
import { shopify } from './shopify.ts'
import { woocommerce } from './woocommerce.ts'

const mappings = { shopify, woocommerce, google }
type MappedFormat = keyof typeof mappings

/** The layout of a file with our own columns. @throws `malformed_body` as `checkHeader` */
export function nativeLayout(header: readonly string[], declared: Declared, mode: ImportMode): Layout {
  checkHeader(header, declared, mode)
  return { columns: header, toCells: (row) => Array.from(row, ([name, text]) => [name, name, text] as const) }
}

/**
 * @param options.unread gets the columns that no row has needed so far, by their names as `columnName` writes them
 * @throws `malformed_body` when a column or the currency is missing
 */
export function mappedLayout(
  header: readonly string[],
  declared: Declared,
  options: { format: MappedFormat; currency?: string | undefined; unread: Map<string, string> },
): Layout {
  const { format, currency = '', unread } = options
  const { required, needsCurrency, start } = mappings[format]
  const columns = header.map(columnName)
  const missing = required.filter((names) => !names.some((name) => columns.includes(name)))
  if (missing.length > 0) {
    const names = missing.map((each) => each.map(quoted).join(' or '))
    const detail = `The header is not that of the format ${format}; it has no ${names.join(', no ')}`
    throw serviceProblem('malformed_body', { detail })
  }
  if (needsCurrency && !declared.listOfCurrency.has(currency.toUpperCase())) {
    const known = [...declared.listOfCurrency.keys()].join(', ')
    const detail = `A ${format} file does not say its currency: add ?currency= to the URL, with one of ${known}`
    throw serviceProblem('malformed_body', { detail })
  }
  for (const name of header) unread.set(columnName(name), name)
  const toCells = start(currency.toLowerCase())
  const watched = (row: ReadonlyMap<string, string>): Row => ({
    get(name) {
      unread.delete(name)
      return row.get(name)
    },
    has: (name) => row.has(name),
  })
  return { columns, toCells: (row) => toCells(watched(row)) }
}
