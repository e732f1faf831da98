import { serviceProblem } from '@fondasi/service'
import type { Cell } from '../csv/cells.ts'
import { type Column, columnFinder, quoted, readHeader } from '../csv/columns.ts'
import type { Layout, Refusal } from '../csv/read.ts'
import type { Declared, ImportMode } from '../row.ts'
import { google } from './google.ts'
import { columnName, type MappedCell } from './mapping.ts'
import { shopify } from './shopify.ts'
import { woocommerce } from './woocommerce.ts'

const mappings = { shopify, woocommerce, google }
export type MappedFormat = keyof typeof mappings

/** The layout of a file with our own columns. @throws `malformed_body` as `readHeader` */
export function nativeLayout(header: readonly string[], declared: Declared, mode: ImportMode): Layout {
  const columns = readHeader(header, declared, mode)
  return {
    columns: header,
    toCells: (cells) =>
      Array.from(columns, ([name, column]) => [name, column, cells.get(name) ?? ''] as const),
  }
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
  const map = start(currency.toLowerCase())
  const findColumn = columnFinder(declared)
  return {
    columns,
    toCells: (row) => {
      const mapped = map(row)
      return Array.isArray(mapped) ? toCells(mapped, findColumn) : mapped
    },
  }
}

function toCells(
  mapped: readonly MappedCell[],
  findColumn: (name: string) => Column | undefined,
): Cell[] | Refusal {
  const cells: Cell[] = []
  for (const [ours, theirs, text] of mapped) {
    if (text === undefined) continue
    const column = findColumn(ours)
    if (!column) {
      const detail = `needs the column ${ours}, which this catalog does not have`
      return { sku: mapped[0]?.[2], column: theirs, value: text, detail }
    }
    cells.push([theirs, column, text])
  }
  return cells
}
