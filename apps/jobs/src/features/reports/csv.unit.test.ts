import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('a spreadsheet shows %j as text', (cell) => {
  expect(toCsv([[cell]])).toMatch(/^"?'/)
})

test('numbers, empty cells and other text stay as they are', () => {
  expect(toCsv([[-5, null, 'a=b', 'say "hi", twice']])).toBe('-5,,a=b,"say ""hi"", twice"\r\n')
})
