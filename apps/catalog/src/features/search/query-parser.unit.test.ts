import { expect, test } from 'vitest'
import { parseQuery } from './query-parser.ts'

const read = (input: string) => {
  const { wanted, unwanted, isOpenEnded } = parseQuery(input)
  const show = ({ text, isPhrase }: { text: string; isPhrase: boolean }) => (isPhrase ? `"${text}"` : text)
  const shown = [
    ...wanted.map((terms) => terms.map(show).join('|')),
    ...unwanted.map((term) => `-${show(term)}`),
  ]
  return `${shown.join(' ')}${isOpenEnded ? '…' : ''}`
}

test.each([
  ['red shirt', 'red shirt…'],
  ['red shirt ', 'red shirt'],
  ['"red shirt" -blue', '"red shirt" -blue'],
  ['red OR blue shirt', 'red|blue shirt…'],
  ['OR red OR', 'red'],
  ['T-shirt', 'T-shirt…'],
  ['-"dark blue" shirt', 'shirt -"dark blue"…'],
  ['"never closed', '"never closed"'],
  ['- -- " !', ''],
  ['WD-40', 'WD-40…'],
  ['red\u3000shirt', 'red shirt…'],
])('%j is read as %s', (input, expected) => {
  expect(read(input)).toBe(expected)
})
