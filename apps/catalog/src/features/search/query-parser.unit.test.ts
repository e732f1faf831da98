import { expect, test } from 'vitest'
import { joinPairs, parseQuery } from './query-parser.ts'

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

test.each([
  ['laptop 16 GB', 'laptop 16GB'],
  ['WD 40 ml', 'WD40 ml'],
  ['16 GB 32 GB', '16GB 32GB'],
  ['laptop 16', 'laptop 16'],
  ['"16" GB', '16 GB'],
  ['16 OR 32 GB', '16|32 GB'],
])('%j is searched for as %s', (input, expected) => {
  const joined = joinPairs(parseQuery(input).wanted, (pair) => /^(16GB|32GB|WD40|40ml)$/.test(pair))
  expect(joined.map((terms) => terms.map(({ text }) => text).join('|')).join(' ')).toBe(expected)
})
