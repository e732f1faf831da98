import { expect, test } from 'vitest'
import { isMeant, possibleCodes } from './codes.ts'
import { parse } from './parse.ts'

test('each long word may be a code, and so may words in a row with a digit in them', () => {
  expect(possibleCodes(parse('kemeja KMJ 39698 -putih'))).toEqual([
    'kemeja',
    '39698',
    'kemejaKMJ39698',
    'KMJ39698',
    'kemejaKMJ39698',
  ])
})

test.each([
  ['a long code', { key: 'smg991b', titleFrequency: 500 }, true],
  ['a short code that few titles have', { key: 'wd40', titleFrequency: 3 }, true],
  ['a short code that is an ordinary word', { key: 's21', titleFrequency: 300 }, false],
  ['a measure', { key: '5000mah', titleFrequency: 300 }, false],
  ['a name that only its product has', { key: 'zephyr', frequency: 1 }, true],
  ['a word that other products have', { key: 'tablet', frequency: 400, titleFrequency: 300 }, false],
  ['a code of more products than fit a page', { key: 'x100500', products: 21 }, false],
] as const)(
  '%s',
  (_what, {
    products = 1,
    frequency = 0,
    titleFrequency = 0,
    key,
  }: Partial<Code> & { key: string }, expected) => {
    const found = { key, frequency, titleFrequency, products: Array.from({ length: products }, () => 'id') }
    expect(isMeant(found)).toBe(expected)
  },
)

interface Code {
  products: number
  frequency: number
  titleFrequency: number
}
