import { expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'

const { catalog } = await useCatalog()

const wholeNumber = (range: string) => `must be a whole number ${range}, in digits`
const trueOrFalse = 'must be true or false'

test.each([
  ['limit', '1e1', wholeNumber('from 1 to 100')],
  ['limit', '0x10', wholeNumber('from 1 to 100')],
  ['limit', 'abc', wholeNumber('from 1 to 100')],
  ['limit', '', wholeNumber('from 1 to 100')],
  ['limit', '101', wholeNumber('from 1 to 100')],
  ['minPrice', '-1', wholeNumber('of 0 or more')],
  ['maxPrice', '1.5', wholeNumber('of 0 or more')],
  ['inStock', 'yes', trueOrFalse],
  ['facets', '1', trueOrFalse],
  ['attributes', 'color', 'must be a `name=value` pair, such as `color=navy`'],
])('%s=%s returns 400, and the error says what to send', async (name, value, detail) => {
  for (const path of ['', '/search']) {
    const query = { ...(path === '' ? {} : { q: 'shirt' }), [name]: value }
    const response = await catalog.app.inject({ url: `/v1/products${path}`, query })
    expect(response.json(), path).toMatchObject({ status: 400, errors: [{ detail }] })
  }
})

test.each([
  ['limit', '10'],
  ['minPrice', '0'],
  ['inStock', 'false'],
  ['facets', 'true'],
  ['attributes', 'color=navy'],
])('%s=%s returns 200', async (name, value) => {
  const response = await catalog.app.inject({ url: '/v1/products', query: { [name]: value } })
  expect(response.statusCode, response.body).toBe(200)
})
