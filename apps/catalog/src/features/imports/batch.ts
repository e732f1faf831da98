import type { CheckedRow, RowError } from './row.ts'

/** A batch is staged when it has this much text or this many rows. It has room for several of the longest rows. */
const batchBytes = 1024 * 1024
const batchRows = 5_000

/**
 * Collects checked rows as text for COPY, and the errors of rejected rows. All batches of an import share one buffer:
 * strings would survive V8's young generation until they are sent, and would then stay until a full garbage collection.
 */
export function createBatch(importId: string) {
  const text = Buffer.allocUnsafeSlow(batchBytes)
  let length = 0
  let rows = 0
  let errors: RowError[] = []
  return {
    /** @returns false when the batch is full: stage it, then add the row again */
    add(checked: CheckedRow): boolean {
      if (rows + errors.length === batchRows) return false
      if ('faults' in checked) return errors.push(checked) > 0
      // COPY treats the backslash as an escape; JSON has tabs and line breaks only as escapes.
      const json = JSON.stringify(checked.row).replaceAll('\\', '\\\\')
      const line = `${importId}\t${checked.line}\t${json}\n`
      if (length + Buffer.byteLength(line) > batchBytes) return false
      length += text.write(line, length)
      rows += 1
      return true
    },

    /** Returns what was added and empties the batch. The next `add` overwrites the text. */
    take() {
      const taken = { text: text.subarray(0, length), rows, errors }
      length = 0
      rows = 0
      errors = []
      return taken
    },
  }
}
