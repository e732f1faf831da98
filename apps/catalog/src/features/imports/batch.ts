import type { CheckedRow, RowError } from './row.ts'

/** PostgreSQL is asked once for so much text, or so many rows. Eight times what the longest row can come to. */
const batchBytes = 1024 * 1024
const batchRows = 5_000

/**
 * Rows on their way into the database, as text for COPY, and those that were refused. The text has one piece of memory
 * for all batches of an import: kept as strings, rows would outlive V8's young generation by the time they are sent,
 * and what has outlived it stays until the whole heap is cleaned.
 */
export function createBatch(importId: string) {
  const text = Buffer.allocUnsafeSlow(batchBytes)
  let length = 0
  let rows = 0
  let errors: RowError[] = []
  return {
    /** @returns false when there is no room for it: stage the batch, then add it again */
    add(checked: CheckedRow): boolean {
      if (rows + errors.length === batchRows) return false
      if ('code' in checked) return errors.push(checked) > 0
      // COPY gives the backslash a meaning; JSON has neither tabs nor line breaks outside of escapes.
      const json = JSON.stringify(checked.row).replaceAll('\\', '\\\\')
      const line = `${importId}\t${checked.line}\t${json}\n`
      if (length + Buffer.byteLength(line) > batchBytes) return false
      length += text.write(line, length)
      rows += 1
      return true
    },

    /** What was added since the last time. Its text is overwritten by what is added next. */
    take() {
      const taken = { text: text.subarray(0, length), rows, errors }
      length = 0
      rows = 0
      errors = []
      return taken
    },
  }
}
