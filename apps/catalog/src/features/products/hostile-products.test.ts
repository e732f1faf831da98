import { describe, expect, test } from 'vitest'
import { useProductWriter } from '../../../test/product-writer.ts'

const { ask, created, found, count, categoryId } = await useProductWriter()

describe('hostile bodies', () => {
  const text = (title: string) => `{"title":{"en":${title},"id":"x"},"categoryId":"CATEGORY"}`
  const sku = (fields: string) =>
    `{"title":{"en":"x","id":"x"},"categoryId":"CATEGORY","skus":[{"sku":"A-1",${fields}}]}`
  const amount = (value: string) =>
    sku(`"prices":[{"amount":${value},"currency":"IDR","priceList":"retail-idr"}]`)
  test.each([
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['a title that is a number', text('1'), 400],
    ['NUL', text('"a\\u0000b"'), 400],
    ['a lone surrogate', text('"\\ud800"'), 400],
    ['a title of a space', text('" "'), 400],
    ['a title of a zero-width space and a soft hyphen', text('"\\u200b\\u00ad"'), 400],
    ['a title of a Hangul filler and a blank of Braille', text('"\\u3164\\u2800"'), 400],
    ['an escape character', text('"\\u001b[31m"'), 400],
    ['__proto__', '{"__proto__":{"a":1},"title":{"en":"x","id":"x"}}', 400],
    [
      '__proto__ as attribute',
      '{"title":{"en":"x","id":"x"},"categoryId":"CATEGORY","attributes":{"__proto__":{"a":1}}}',
      400,
    ],
    ['constructor.prototype', '{"constructor":{"prototype":{}}}', 400],
    ['an unknown field', '{"title":{"en":"x","id":"x"},"categoryId":"CATEGORY","deletedAt":null}', 400],
    ['a category that is not an id', '{"title":{"en":"x","id":"x"},"categoryId":"1 or 1=1"}', 400],
    [
      'a nested attribute',
      '{"title":{"en":"x","id":"x"},"categoryId":"CATEGORY","attributes":{"color":{"a":1}}}',
      400,
    ],
    [
      'a number that is too large',
      '{"title":{"en":"x","id":"x"},"categoryId":"CATEGORY","attributes":{"weight_g":1e999}}',
      400,
    ],
    ['broken JSON', '{"title":', 400],
    ['a price below zero', amount('-1'), 400],
    ['a price in fractions', amount('0.5'), 400],
    ['a price as text', amount('"1"'), 400],
    ['a price beyond 2^53', amount('9007199254740993'), 400],
    ['a price of 1e400', amount('1e400'), 400],
    ['a stock beyond an integer', sku('"stock":2147483648'), 400],
    ['a GTIN of letters', sku('"gtin":"ABCDEFGH"'), 400],
    [
      'a price list twice',
      sku(
        '"prices":[{"amount":1,"currency":"IDR","priceList":"a"},{"amount":2,"currency":"IDR","priceList":"a"}]',
      ),
      400,
    ],
    ['an unknown currency', sku('"prices":[{"amount":1,"currency":"XXX","priceList":"retail-idr"}]'), 400],
    [
      'a SKU of punctuation only',
      '{"title":{"en":"x","id":"x"},"categoryId":"CATEGORY","skus":[{"sku":"---"}]}',
      400,
    ],
    [
      '101 SKUs',
      `{"title":{"en":"x","id":"x"},"categoryId":"CATEGORY","skus":[${Array.from({ length: 101 }, (_, n) => `{"sku":"A-${n}"}`).join()}]}`,
      400,
    ],
  ])('%s: 4xx with a code, nothing is written', async (_name, body, status) => {
    const response = await ask('POST', '/products', body.replace('CATEGORY', categoryId()))
    expect(response.statusCode, response.body).toBe(status)
    expect(response.json<{ code: string }>().code).toMatch(/^[a-z_]+$/)
    expect(await count('products')).toBe(0)
  })

  test.each(['!', '👕', '七', '\u200f٣'])('%j is visible, so it is a valid title', async (title) => {
    const product = await created({ title: { en: title, id: title }, skus: [] })
    expect(product.title.en).toBe(title)
  })

  test('unusual but valid texts are stored unchanged', async () => {
    const title = { en: '‮Ｔ-shirt 👕 %_\\ \'"; drop table products; --', id: 'كتاب קפה 日本語' }
    const { id } = await created({ title, brand: 'Ünïçödé & Söhne', skus: [] })
    expect((await ask('GET', `/products/${id}`)).json()).toMatchObject({ title })
    expect(await found('日本語')).toEqual([id])
  })
})
