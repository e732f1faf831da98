import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { writeCsv } from './formats.ts'
import type { Cell } from './report.ts'

async function csvOf(row: Cell[]): Promise<string> {
  async function* rows() {
    yield row
  }
  const file = await text(writeCsv({ title: 'Test', columns: [{ name: 'a', share: 1 }] }, rows()))
  expect(file).toMatch(/^a\r\n/)
  return file.slice('a\r\n'.length)
}

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'a spreadsheet shows %j as text',
  async (cell) => {
    expect(await csvOf([cell])).toMatch(/^"?'/)
  },
)

test('numbers, empty cells and other text are unchanged', async () => {
  expect(await csvOf([-5, null, 'a=b', 'say "hi", twice'])).toBe('-5,,a=b,"say ""hi"", twice"\r\n')
})
