import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxRowBytes } from '../row.ts'
import { decodeText } from './decode.ts'

async function decode(bytes: Buffer, sizes: readonly number[]): Promise<string> {
  async function* body() {
    let at = 0
    for (const size of sizes) {
      yield bytes.subarray(at, at + size)
      at += size
    }
    yield bytes.subarray(at)
  }
  let text = ''
  for await (const piece of decodeText(body())) text += piece
  return text
}

const sizes = fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 20 })
const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((value) => `sku,${value.replaceAll('\0', '')}`)
const encodings: [string, (value: string) => Buffer][] = [
  ['UTF-8', (value) => Buffer.from(value)],
  ['UTF-8 with a byte order mark', (value) => Buffer.from(`\uFEFF${value}`)],
  ['UTF-16', (value) => Buffer.from(`\uFEFF${value}`, 'utf16le')],
  ['UTF-16, big-endian', (value) => Buffer.from(`\uFEFF${value}`, 'utf16le').swap16()],
]
test.each(encodings)('%s in pieces of any size is decoded exactly', async (_name, encode) => {
  await fc.assert(
    fc.asyncProperty(text, sizes, async (value, pieces) => {
      expect(await decode(encode(value), pieces)).toBe(value)
    }),
  )
})

test('Windows-1252 in pieces of any size is decoded exactly', async () => {
  // Every second byte is ASCII, so nothing looks like UTF-8.
  const letters = fc.array(fc.integer({ min: 0xa0, max: 0xff }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(letters, sizes, async (codes, pieces) => {
      const value = `sku,${codes.map((code) => `${String.fromCharCode(code)};`).join('')}`
      expect(await decode(Buffer.from(value, 'latin1'), pieces)).toBe(value)
    }),
  )
})

test('a line that is too long ends a file, so that a file without line breaks takes no memory', async () => {
  const long = Buffer.from('x'.repeat(maxRowBytes + 1))
  await expect(decode(long, [1_000, maxRowBytes])).rejects.toThrow(/^A line must have at most/)
})

test('Windows-1252 is recognised by its first letter, also at the end of a line', async () => {
  const text = 'sku,title\nA,Caf\u00e9\nB,\u00dcber\n'
  expect(await decode(Buffer.from(text, 'latin1'), [])).toBe(text)
})
