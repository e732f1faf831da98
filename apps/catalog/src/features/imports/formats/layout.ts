import { serviceProblem } from '@fondasi/service'
import { checkHeader, quoted } from '../csv/columns.ts'
import type { Layout } from '../csv/read.ts'
import type { Declared, ImportMode } from '../row.ts'
import { google } from './google.ts'
import { columnName } from './mapping.ts'
import { shopify } from './shopify.ts'
import { woocommerce } from './woocommerce.ts'

const mappings = { shopify, woocommerce, google }
export type MappedFormat = keyof typeof mappings

/** The layout of a file with our own columns. @throws `malformed_body` as `checkHeader` */
export function nativeLayout(header: readonly string[], declared: Declared, mode: ImportMode): Layout {
  checkHeader(header, declared, mode)
  return { columns: header, toCells: (row) => Array.from(row, ([name, text]) => [name, name, text] as const) }
}

/** @throws `malformed_body` when a column or the currency is missing */
export function mappedLayout(
  header: readonly string[],
  declared: Declared,
  { format, currency = '' }: { format: MappedFormat; currency?: string | undefined },
): Layout {
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
  return { columns, toCells: start(currency.toLowerCase()) }
}
