import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readNdjson } from './ndjson.ts'
import { maxRowBytes } from './row.ts'

/** The values of a file that arrives in pieces of these sizes; the detail of an error for a bad line. */
async function read(file: string, sizes: readonly number[]): Promise<unknown[]> {
  async function* body() {
    const bytes = Buffer.from(file)
    let at = 0
    for (const size of sizes) {
      yield bytes.subarray(at, at + size)
      at += size
    }
    yield bytes.subarray(at)
  }
  const rows: unknown[] = []
  for await (const { line, value, faults } of readNdjson(body())) rows[line - 1] = value ?? faults[0]?.detail
  return rows
}

const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 20 })

test('a file in pieces of any size has the same rows, with or without a line break at its end', async () => {
  const values = fc.array(fc.string({ unit: 'grapheme', maxLength: 10 }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(values, sizes, fc.constantFrom('', '\n'), async (rows, pieces, end) => {
      const file = rows.map((row) => JSON.stringify(row)).join('\n') + end
      expect(await read(file, pieces)).toEqual(rows)
    }),
  )
})

test('a line that is too long is an error of its own, however it arrives, and the next line is read', async () => {
  const tooLong = 'x'.repeat(3 * maxRowBytes)
  for (const size of [1_000, maxRowBytes, maxRowBytes + 2, 4 * maxRowBytes]) {
    const pieces = Array.from({ length: Math.ceil((3 * maxRowBytes) / size) }, () => size)
    const rows = await read(`1\n${tooLong}\n2\n${tooLong}`, pieces)
    const error = `has more than ${maxRowBytes} bytes`
    expect(rows, `pieces of ${size}`).toEqual([1, error, 2, error])
  }
})
