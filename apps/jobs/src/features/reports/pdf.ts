import Pdf from 'pdfkit'
import type { Cell, Column } from './source.ts'

// Sizes in points, 1/72 inch.
const margin = 36
const fontSize = 7
const lineHeight = 12

/**
 * Draws a table, one line per row. A cell that is too long for its column is cut.
 *
 * @returns the bytes of the document, while the rows are read
 */
export async function* drawTable(
  table: { title: string; columns: readonly Column[] },
  rows: AsyncIterable<readonly Cell[]>,
): AsyncGenerator<Uint8Array> {
  const { title, columns } = table
  const document = new Pdf({ size: 'A4', layout: 'landscape', margin, info: { Title: title } })
  const bottom = document.page.height - margin - lineHeight
  const left = columnEdges(columns, document.page.width - 2 * margin)
  let y = margin

  function line(cells: readonly Cell[], font: string): void {
    document.font(font).fontSize(fontSize)
    for (const [index, cell] of cells.entries()) {
      const { x = margin, width = 0 } = left[index] ?? {}
      document.text(String(cell ?? ''), x, y, { width, height: fontSize, ellipsis: true })
    }
    y += lineHeight
  }
  const heading = () =>
    line(
      columns.map(({ name }) => name),
      'Helvetica-Bold',
    )

  heading()
  for await (const row of rows) {
    if (y > bottom) {
      document.addPage()
      y = margin
      heading()
    }
    line(row, 'Helvetica')
    for (let piece = document.read(); piece !== null; piece = document.read()) yield Buffer.from(piece)
  }
  document.end()
  for await (const piece of document) yield Buffer.from(piece)
}

/** Where each column begins, and the width of its text: some space remains between columns. */
function columnEdges(columns: readonly Column[], width: number): { x: number; width: number }[] {
  const shares = columns.reduce((sum, { share }) => sum + share, 0)
  let x = margin
  return columns.map(({ share }) => {
    const column = { x, width: (width * share) / shares - fontSize }
    x += column.width + fontSize
    return column
  })
}
