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
  ['laptop 16 GB', 'laptop 16GB…'],
  ['1,5 l 250  ml', '1,5l 250ml…'],
  ['16 GB 512 gb gaming', '16GB 512gb gaming…'],
  ['size 40 lamp', 'size 40 lamp…'],
  ['A4 mm', 'A4 mm…'],
])('%j is read as %s', (input, expected) => {
  expect(read(input)).toBe(expected)
})
