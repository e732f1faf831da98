import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCellReader } from './cells.ts'

const declared = {
  attributes: new Map<string, 'number'>(),
  priceLists: new Map([['retail-usd', 'USD']]),
  listOfCurrency: new Map([['USD', 'retail-usd']]),
  categories: new Set<string>(),
}
const money = 'price.usd'
const decimal = 'rating'
const firstValue = (object: unknown): unknown =>
  typeof object === 'object' && object !== null ? Object.values(object)[0] : object
/** What one reader makes of these texts, one after the other; undefined for a fault. */
function read(column: string, ...texts: string[]): (number | undefined)[] {
  const readCells = createCellReader(declared)
  return texts.map((text) => {
    const number = firstValue(firstValue(readCells([[column, column, text]]).value))
    return typeof number === 'number' ? number : undefined
  })
}

test.each(['en', 'de'])(
  'every amount is read back as a person writes it in %s, with and without grouping',
  (locale) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), fc.boolean(), (amount, useGrouping) => {
        const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, useGrouping })
        expect(read(money, format.format(amount / 100))).toEqual([amount])
      }),
    )
  },
)

test('every number is read back as JSON writes it', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(read(decimal, JSON.stringify(number))).toEqual([number === 0 ? 0 : number])
    }),
    { examples: [[1e20], [1.2345678901234567e-6]] },
  )
})

test('no text becomes an amount that differs from its digits', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9.,eE+\- ]{1,12}$/), (text) => {
      const [amount] = read(money, text)
      if (amount === undefined) return
      const [whole, decimals = ''] = /^([\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(text)?.slice(1) ?? []
      expect(amount).toBe(Number(whole?.replaceAll(/[.,]/g, '') + decimals.padEnd(2, '0')))
    }),
  )
})

test.each([
  [
    ['4,5', '4.5'],
    [4.5, undefined],
  ],
  [
    ['4.5', '4,5'],
    [4.5, undefined],
  ],
  [
    ['1,299', '1.299'],
    [undefined, 1.299],
  ],
  [
    ['0,5', '1,299', '1.299'],
    [0.5, 1.299, undefined],
  ],
  [
    ['1.299.000', '1,299.50', '1.2.3', '1 000', '--1', '1e3'],
    [undefined, 1_299.5, undefined, undefined, undefined, 1_000],
  ],
])('%j is read as %j', (texts, numbers) => {
  expect(read(decimal, ...texts)).toEqual(numbers)
})
