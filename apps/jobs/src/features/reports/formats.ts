import { stringify } from 'csv-stringify/sync'
import Pdf from 'pdfkit'
import type { Cell, Rows, Table } from './report.ts'

/** Writes a CSV file (RFC 4180). Text that a spreadsheet would run as a formula gets an apostrophe. */
export async function* writeCsv({ columns }: Table, rows: Rows): AsyncGenerator<Uint8Array> {
  const line = (cells: readonly Cell[]) =>
    Buffer.from(stringify([[...cells]], { record_delimiter: 'windows', escape_formulas: true }))
  yield line(columns.map(({ name }) => name))
  for await (const row of rows) yield line(row)
}

// Sizes in points, 1/72 inch.
const margin = 36
const fontSize = 7
const lineHeight = 12

/** Draws a PDF file, one line per row, with the names of the columns on each page. A cell that is too long is cut. */
export async function* drawPdf({ title, columns }: Table, rows: Rows): AsyncGenerator<Uint8Array> {
  const document = new Pdf({ size: 'A4', layout: 'landscape', margin, info: { Title: title } })
  const { width, height } = document.page
  const edges = columnEdges(columns, width - 2 * margin)
  let y = margin

  function draw(cells: readonly Cell[], font: string): void {
    document.font(font).fontSize(fontSize)
    for (const [index, edge] of edges.entries())
      document.text(String(cells[index] ?? ''), edge.x, y, {
        width: edge.width,
        height: fontSize,
        ellipsis: true,
      })
    y += lineHeight
  }
  function drawHeading(): void {
    y = margin
    const names = columns.map(({ name }) => name)
    draw(names, 'Helvetica-Bold')
  }

  drawHeading()
  for await (const row of rows) {
    if (y > height - margin - lineHeight) {
      document.addPage()
      drawHeading()
    }
    draw(row, 'Helvetica')
    for (let piece = document.read(); piece !== null; piece = document.read()) yield Buffer.from(piece)
  }
  document.end()
  for await (const piece of document) yield Buffer.from(piece)
}

/** Where each column begins, and the width of its text: some space remains between columns. */
function columnEdges(columns: Table['columns'], width: number): { x: number; width: number }[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0)
  let x = margin
  return columns.map(({ share }) => {
    const column = { x, width: (width * share) / shares - fontSize }
    x += column.width + fontSize
    return column
  })
}
