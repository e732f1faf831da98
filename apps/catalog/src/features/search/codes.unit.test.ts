import { expect, test } from 'vitest'
import { isMeant, possibleCodes } from './codes.ts'
import { parse } from './parse.ts'

test('all of a query may be a code, each long word, and words in a row with a digit in them', () => {
  expect(possibleCodes(parse('kemeja KMJ 39698 -putih'))).toEqual({
    whole: 'kemeja KMJ 39698',
    parts: ['kemeja', '39698', 'kemeja KMJ 39698', 'KMJ 39698'],
  })
})

const whole = { isWhole: true }
const part = { isWhole: false }
const ordinary = { othersHaveIt: true }

test.each([
  ['a code', { key: 'smg991b', ...whole }, true],
  ['a code beside other words', { key: 'smg991b', ...part }, true],
  ['a code that other titles have', { key: 'smg991b', ...whole, ...ordinary }, true],
  ['an ordinary name beside other words', { key: 'note10', ...part, ...ordinary }, false],
  ['a short code that others have', { key: 'wd40', ...whole, ...ordinary }, true],
  ['a very short code that others have', { key: 's21', ...whole, ...ordinary }, false],
  ['a measure', { key: '5000mah', ...whole, ...ordinary }, false],
  ['a name that only its product has', { key: 'zephyr', ...whole }, true],
  ['a name beside other words', { key: 'seven', ...part }, false],
  ['a word that other products have', { key: 'tablet', ...whole, ...ordinary }, false],
  ['a code of more products than fit a page', { key: 'x100500', ...whole, owners: 21 }, false],
])('%s', (_what, { owners = 1, ...found }: Asked, expected) => {
  const products = Array.from({ length: owners }, () => 'id')
  expect(isMeant({ othersHaveIt: false, ...found, products })).toBe(expected)
})

interface Asked {
  key: string
  isWhole: boolean
  othersHaveIt?: boolean
  owners?: number
}
