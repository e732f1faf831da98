import { expect, test } from 'vitest'
import { parse } from './parse.ts'

const read = (input: string) => {
  const { wanted, unwanted, isOpenEnded } = parse(input)
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
  ['AT&T 16GB/512', 'AT&T 16GB 512…'],
  ['kemeja-putih', 'kemeja putih…'],
  ['mouse/keyboard kaos&celana', 'mouse keyboard kaos celana…'],
  ['AC,TV', 'AC TV…'],
  ['3,5 5.1 men’s U.S.A', '3,5 5.1 men’s U.S.A…'],
  ['kemeja (putih)', 'kemeja putih'],
  ['“red shirt” «blue hat»', '"red shirt" "blue hat"'],
  ['ke\u00ADme\u200Bja', 'kemeja…'],
  ['kemeja -putih-tulang', 'kemeja -putih-tulang'],
  ['-"dark blue" shirt', 'shirt -"dark blue"…'],
  ['"never closed', '"never closed"'],
  ['WD-40', 'WD-40…'],
  ['red\u3000shirt', 'red shirt…'],
  ['laptop 16 GB', 'laptop 16GB…'],
  ['1,5 l 250  ml', '1,5l 250ml…'],
  ['16 GB 512 gb gaming', '16GB 512gb gaming…'],
  ['blender 2 liter', 'blender 2liter…'],
  ['size 40 lamp', 'size 40 lamp…'],
  ['A4 mm', 'A4 mm…'],
])('%j is read as %s', (input, expected) => {
  expect(read(input)).toBe(expected)
})

test.each(Array.from(':()–—=\\*•…×，／!?;|/+#%°™<>[]{}~^@$'))('kemeja%sputih is two words', (separator) => {
  expect(read(`kemeja${separator}putih`)).toBe('kemeja putih…')
})

test('a word is cut where the index cuts it', () => {
  expect(read(`lamp ${'x'.repeat(200)}`)).toBe(`lamp ${'x'.repeat(64)}…`)
})

test.each([
  ['- -- " !', 'empty_query'],
  ['-putih', 'pure_negation'],
])('%j is refused with %s', (input, code) => {
  expect(() => parse(input)).toThrow(expect.objectContaining({ code }))
})
