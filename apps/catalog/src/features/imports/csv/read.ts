import { pipeline } from 'node:stream/promises'
import { serviceProblem } from '@fondasi/service'
import { CsvError, parse } from 'csv-parse'
import { z } from 'zod'
import { malformed, shown } from '../check.ts'
import { type Declared, maxRowBytes, type ReadRow } from '../row.ts'
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

/** What to change when csv-parse cannot go on, by its codes. */
const undoubled = 'a cell with a quote in it must be in quotes, with the quote doubled: "5"" disk"'
const advices = new Map([
  ['INVALID_OPENING_QUOTE', undoubled],
  ['CSV_INVALID_CLOSING_QUOTE', undoubled],
  ['CSV_QUOTE_NOT_CLOSED', 'a quote begins a cell and is not closed'],
  ['CSV_MAX_RECORD_SIZE', `a row must have at most ${maxRowBytes} bytes`],
])

/** The line in which a record begins, then its cells. */
const parsedRecord = z.array(z.string())

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
  // csv-parse counts the lines up to the end of a record, and \r\n in a cell as two. It reads ahead, so this happens in it.
  let countedTwice = 0
  let end = 0
  const parser = parse({
    delimiter: named ?? likelyDelimiter(head),
    from_line: named ? 2 : 1,
    // Files that several programs have written end some lines in one way and some in another.
    record_delimiter: ['\r\n', '\n', '\r'],
    on_record: (record: string[], { lines }) => {
      const text = record.join(' ')
      countedTwice += count(text, /\r\n/g)
      end = lines - countedTwice
      return [String(end - count(text, /\r\n|\r|\n/g)), ...record]
    },
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
      const [line, ...record] = parsedRecord.parse(parsed)
      if (!layout) layout = toLayout(trimmed(record))
      else yield* readRecord(layout, record, Number(line), readCells)
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const place = end > 0 ? `In the row after line ${end}` : 'In the header'
    const advice = advices.get(error.code) ?? error.message.slice(0, 300)
    throw serviceProblem('malformed_body', { detail: `${place}: ${advice}` })
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
    yield { line, sku, faults: [fault] }
  } else yield { line, ...readCells(cells) }
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0

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
