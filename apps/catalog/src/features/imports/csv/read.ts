import { pipeline } from 'node:stream/promises'
import { serviceProblem } from '@fondasi/service'
import { CsvError, parse } from 'csv-parse'
import { z } from 'zod'
import type { Refusal } from '../formats/mapping.ts'
import { type Declared, type ImportMode, malformed, maxRowBytes, type ReadRow, shown } from '../row.ts'
import { type Cell, createCellReader } from './cells.ts'
import { readHeader, trimHeader } from './columns.ts'
import { decodeText } from './decode.ts'

/** How to read the rows of a file, once its header is known. */
export interface Layout {
  columns: readonly string[]
  /** @returns the cells of a row, why it cannot be imported, or undefined for a row that is not about a SKU */
  toCells: (cells: ReadonlyMap<string, string>) => readonly Cell[] | Refusal | undefined
}

export function nativeLayout(header: readonly string[], declared: Declared, mode: ImportMode): Layout {
  const columns = readHeader(header, declared, mode)
  return {
    columns: [...columns.keys()],
    toCells: (cells) =>
      Array.from(columns, ([name, column]) => [name, column, cells.get(name) ?? ''] as const),
  }
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
  toLayout: (header: readonly string[]) => Layout,
): AsyncGenerator<ReadRow> {
  const { head, text } = await readHead(decodeText(body))
  const named = /^sep=(.)[\r\n]/i.exec(head)
  const parser = parse({
    delimiter: named?.[1] ?? likelyDelimiter(head),
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
  // The loop below gets the error: the pipeline destroys the parser with it.
  pipeline(text, parser).catch(() => {})
  const readCells = createCellReader()
  let layout: Layout | undefined
  try {
    for await (const parsed of parser) {
      const { record, info } = parsedRecord.parse(parsed)
      if (layout) yield* readRecord(layout, record, info.lines, readCells)
      else layout = toLayout(trimHeader(record))
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw serviceProblem('malformed_body', { detail: error.message.slice(0, 300) })
    throw error
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
    yield {
      line,
      value: { sku },
      faults: [{ column, value: shown(value), code: 'validation_failed', detail }],
    }
  } else yield { line, ...readCells(cells) }
}

/** The first line, or as much of a file as a line can be, and the whole text again. */
async function readHead(
  text: AsyncGenerator<string>,
): Promise<{ head: string; text: AsyncGenerator<string> }> {
  let head = ''
  while (!head.includes('\n') && head.length < maxRowBytes) {
    const { value, done } = await text.next()
    if (done) break
    head += value
  }
  return { head: head.slice(0, head.indexOf('\n') + 1 || maxRowBytes), text: prepend(head, text) }
}

async function* prepend(head: string, text: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head
  yield* text
}

/** The one that the header has most, outside quotes. */
function likelyDelimiter(head: string): string {
  const unquoted = head.replaceAll(/"[^"]*"/g, '')
  const counted = [',', ';', '\t'].map((mark) => ({ mark, count: unquoted.split(mark).length }))
  return counted.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ','
}
