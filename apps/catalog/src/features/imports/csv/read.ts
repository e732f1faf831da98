import { pipeline } from 'node:stream/promises'
import { serviceProblem } from '@fondasi/service'
import { CsvError, parse } from 'csv-parse'
import { z } from 'zod'
import { type Declared, malformed, maxRowBytes, type ReadRow, shown } from '../row.ts'
import { type Cell, createCellReader } from './cells.ts'
import { decodeText } from './decode.ts'

/** How to read the rows of a file, once its header is known. */
export interface Layout {
  columns: readonly string[]
  /** @returns the cells of a row, why it cannot be imported, or undefined for a row that is not about a SKU */
  toCells: (cells: ReadonlyMap<string, string>) => readonly Cell[] | Refusal | undefined
}
export interface Refusal {
  sku: string | undefined
  column: string
  value: string
  detail: string
}

const parsedRecord = z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) })

/**
 * Reads CSV (RFC 4180) with a header, separated by commas, semicolons or tabs. A row with too many or too few cells is an
 * error of that row alone. After broken quoting, no later row can be read, so it ends the import.
 *
 * @throws `malformed_body` for a wrong header, broken quoting, a row that is too long, or bytes that are not text
 */
export async function* readCsv(
  body: AsyncIterable<Buffer>,
  declared: Declared,
  toLayout: (header: readonly string[]) => Layout,
): AsyncGenerator<ReadRow> {
  const text = decodeText(body)
  const begin = (await text.next()).value ?? ''
  const [head = ''] = begin.split(/[\r\n]/, 1)
  const [, named] = /^sep=(.)$/i.exec(head) ?? []
  const parser = parse({
    delimiter: named ?? likelyDelimiter(head),
    from_line: named ? 2 : 1,
    // Files that several programs have written end some lines in one way and some in another.
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    // Spreadsheets export empty rows below the table.
    skip_records_with_empty_values: true,
    max_record_size: maxRowBytes,
  })
  parser.write(begin)
  // The loop below gets the error: the pipeline destroys the parser with it.
  pipeline(text, parser).catch(() => {})
  const readCells = createCellReader(declared)
  let layout: Layout | undefined
  try {
    for await (const parsed of parser) {
      const { record, info } = parsedRecord.parse(parsed)
      if (!layout) layout = toLayout(trimmed(record))
      else yield* readRecord(layout, record, info.lines, readCells)
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw serviceProblem('malformed_body', { detail: error.message.slice(0, 300) })
  } finally {
    parser.destroy()
  }
}

function* readRecord(
  { columns, toCells }: Layout,
  record: readonly string[],
  line: number,
  readCells: ReturnType<typeof createCellReader>,
): Generator<ReadRow> {
  const isLonger = record.slice(columns.length).some((cell) => cell !== '')
  if (record.length < columns.length || isLonger) {
    yield malformed(line, `has ${record.length} cells, but the header has ${columns.length}`)
    return
  }
  const cells = toCells(new Map(columns.map((name, at) => [name, record[at] ?? ''])))
  if (!cells) return
  if ('detail' in cells) {
    const { sku, column, value, detail } = cells
    const fault = { column, value: shown(value), code: 'validation_failed', detail }
    yield { line, value: { sku }, faults: [fault] }
  } else yield { line, ...readCells(cells) }
}

/** Without the spaces around names, and without the empty columns at the end. */
function trimmed(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim())
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1)
}

/** The one that the header has most, outside quotes. */
function likelyDelimiter(head: string): string {
  const unquoted = head.replaceAll(/"[^"]*"/g, '')
  const counted = [',', ';', '\t'].map((mark) => ({ mark, count: unquoted.split(mark).length }))
  return counted.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ','
}
