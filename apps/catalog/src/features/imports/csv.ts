import { pipeline } from 'node:stream/promises'
import { serviceProblem } from '@fondasi/service'
import { CsvError, parse } from 'csv-parse'
import secureJson from 'secure-json-parse'
import { z } from 'zod'
import { type Declared, maxRowBytes, type ReadRow } from './row.ts'

/** The first columns of every exported file. A dot separates an object from its key: `prices.retail-idr`. */
export const csvColumns = [
  'sku',
  'product',
  'title.en',
  'title.id',
  'description.en',
  'description.id',
  'brand',
  'category',
  'rating',
  'popularity',
  'gtin',
  'modelNumbers',
  'stock',
] as const
const required = ['sku', 'title.en', 'title.id', 'category'] as const
const numbers = new Set(['rating', 'popularity', 'stock'])
const entryColumn = /^(attributes|options|prices)\.(?!__proto__$)./s
/** A formula that the export has made harmless with an apostrophe, which the import removes again. */
const guardedFormula = /^'+[=+\-@\t\r]/

const parsedRecord = z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) })

/**
 * Reads CSV (RFC 4180) with a header. A row with too many or too few cells is an error of that row alone. After broken
 * quoting, no later row can be read, so it ends the import.
 *
 * @throws `malformed_body` for an unknown or missing column, broken quoting, a row that is too long, or invalid UTF-8
 */
export async function* readCsv(body: AsyncIterable<Buffer>, declared: Declared): AsyncGenerator<ReadRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
  })
  // The loop below gets the error: the pipeline destroys the parser with it.
  pipeline(decodeUtf8(body), parser).catch(() => {})
  let columns: string[] | undefined
  try {
    for await (const parsed of parser) {
      const { record, info } = parsedRecord.parse(parsed)
      if (columns === undefined) columns = checkHeader(record)
      else if (record.length === columns.length)
        yield { line: info.lines, value: toValue(columns, record, declared) }
      else
        yield {
          line: info.lines,
          code: 'malformed_row',
          detail: `has ${record.length} cells, but the header has ${columns.length}`,
        }
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw serviceProblem('malformed_body', { detail: error.message.slice(0, 300) })
    throw error
  } finally {
    parser.destroy()
  }
}

function checkHeader(header: string[]): string[] {
  const known = new Set<string>(csvColumns)
  const foreign = header.find((name) => !known.has(name) && !entryColumn.test(name))
  const missing = required.find((name) => !header.includes(name))
  const twice = header.find((name, at) => header.indexOf(name) !== at)
  const wrong =
    (foreign !== undefined && `the column ${JSON.stringify(foreign.slice(0, 64))} is unknown`) ||
    (missing !== undefined && `the column ${missing} is missing`) ||
    (twice !== undefined && `the column ${twice.slice(0, 64)} appears twice`)
  if (wrong) throw serviceProblem('malformed_body', { detail: `In the header, ${wrong}` })
  return header
}

function toValue(columns: readonly string[], cells: readonly string[], declared: Declared): object {
  const flat = new Map<string, unknown>()
  const nested = new Map<string, Map<string, unknown>>()
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? ''
    const [name = '', ...key] = column.split('.')
    const isText = name === 'title' || name === 'description'
    // An empty cell means that the value is absent, but a bilingual text may be empty in one language.
    if (cell === '' && !isText) continue
    const value = toCell(
      column,
      cell.replace(guardedFormula, (guarded) => guarded.slice(1)),
      declared,
    )
    if (key.length === 0) flat.set(name, value)
    else nested.set(name, (nested.get(name) ?? new Map<string, unknown>()).set(key.join('.'), value))
  }
  for (const [name, entries] of nested) flat.set(name, Object.fromEntries(entries))
  return Object.fromEntries(flat)
}

/** A cell that it cannot convert stays a string, which the row's schema rejects where it needs another type. */
function toCell(column: string, cell: string, declared: Declared): unknown {
  const type = column.startsWith('attributes.') && declared.attributes.get(column.slice('attributes.'.length))
  const isNumber = numbers.has(column) || column.startsWith('prices.') || type === 'number'
  if (isNumber && /^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/.test(cell)) return Number(cell)
  if (type === 'boolean' && /^(true|false)$/.test(cell)) return cell === 'true'
  // A list is a JSON array; a single entry may be plain text.
  if (column === 'modelNumbers') return cell.startsWith('[') ? secureJson.safeParse(cell) : [cell]
  return cell
}

async function* decodeUtf8(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of body) yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  } catch (error) {
    if (error instanceof TypeError)
      throw serviceProblem('malformed_body', { detail: 'The file must be UTF-8' })
    throw error
  }
}
