import { stringify } from 'csv-stringify/sync'
import type { Cell } from './source.ts'

/** A cell that a spreadsheet would run as a formula. See https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r]/

/** Rows as lines of a CSV file (RFC 4180). */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map(guard)),
    { record_delimiter: 'windows' },
  )
}

function guard(cell: Cell): Cell {
  return typeof cell === 'string' && formula.test(cell) ? `'${cell}` : cell
}
