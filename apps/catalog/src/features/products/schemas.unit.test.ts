import { expect, test } from 'vitest'
import { filterQuery } from '../filters/schemas.ts'
import { searchQuery } from '../search/schemas.ts'
import { newProduct } from './schemas.ts'

// A statement of PostgreSQL has at most 65,535 parameters; every list that a client sends ends long before.
const many = Array.from({ length: 70_000 }, (_, n) => `a${n}`)
const product = {
  title: { en: 'Shirt', id: 'Kemeja' },
  categoryId: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70',
}
const price = (priceList: string) => ({ amount: 1, currency: 'IDR', priceList })

test('a product without lists is valid', () => {
  expect(newProduct.safeParse(product).success).toBe(true)
})

test.each([
  ['attributes', { attributes: Object.fromEntries(many.map((code) => [code, 1])) }],
  ['images', { images: many.map((name) => ({ url: `https://example.com/${name}` })) }],
  ['SKUs', { skus: many.map((sku) => ({ sku })) }],
  ['model numbers', { skus: [{ sku: 'A-1', modelNumbers: many }] }],
  ['options', { skus: [{ sku: 'A-1', options: Object.fromEntries(many.map((name) => [name, 'x'])) }] }],
  ['prices', { skus: [{ sku: 'A-1', prices: many.map(price) }] }],
])('a product with 70,000 %s is invalid', (_name, lists) => {
  expect(newProduct.safeParse({ ...product, ...lists }).success).toBe(false)
})

test.each([
  ['brands', { brand: many.map(() => product.categoryId).join() }],
  ['attribute values', { attributes: many.map((value) => `color=${value}`).join() }],
])('a filter by 70,000 %s is invalid', (_name, filter) => {
  expect(filterQuery.safeParse(filter).success).toBe(false)
})

test('a search for 70,000 words is invalid', () => {
  expect(searchQuery.safeParse({ q: many.join(' ') }).success).toBe(false)
})
