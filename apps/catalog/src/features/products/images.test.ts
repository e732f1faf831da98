import { expect, test } from 'vitest'
import { useProductWriter } from '../../../test/product-writer.ts'
import type { Product } from './schemas.ts'

const { ask, create, created, fields, count } = await useProductWriter()
const any = { 'if-match': '*' }
const front = {
  url: 'https://images.example.com/front.webp',
  alt: 'From the front',
  width: 1200,
  height: 1600,
}
const back = { url: 'http://images.example.com/back%20side.webp?w=1&h=2', alt: '', width: null, height: null }

test('images keep their order; lists and searches show the first one', async () => {
  const { id, images } = await created({ images: [front, { url: back.url }] })
  expect(images).toEqual([front, back])
  const shown = async () => {
    const [listed, found] = [await ask('GET', '/products'), await ask('GET', '/products/search?q=shirt')]
    expect(listed.json().items[0]?.image).toEqual(found.json().items[0]?.image)
    return listed.json().items[0]?.image
  }
  expect(await shown()).toEqual(front)
  const patched = await ask('PATCH', `/products/${id}`, { images: [back] }, any)
  expect(patched.json<Product>().images).toEqual([back])
  expect(await shown()).toEqual(back)
  expect((await ask('PATCH', `/products/${id}`, { rating: 1 }, any)).json<Product>().images).toEqual([back])
  expect((await ask('PUT', `/products/${id}`, fields(), any)).json<Product>().images).toEqual([])
  expect(await shown()).toBeNull()
})

test.each([
  ['a script', [{ url: 'javascript:alert(1)' }]],
  ['data', [{ url: 'data:text/html,<script>1</script>' }]],
  ['a path', [{ url: '/front.webp' }]],
  ['another scheme', [{ url: 'ftp://example.com/a.png' }]],
  ['a line break', [{ url: 'https://example.com/a\n.png' }]],
  ['a space', [{ url: ' https://example.com/a.png' }]],
  ['a quote', [{ url: 'https://example.com/"onerror=alert(1)' }]],
  ['no host', [{ url: 'https://' }]],
  ['a port beyond 65535', [{ url: 'https://example.com:99999/a.png' }]],
  ['letters that are not ASCII', [{ url: 'https://example.com/é.png' }]],
  ['a URL that is too long', [{ url: `https://example.com/${'a'.repeat(2_000)}` }]],
  ['no URL', [{ alt: 'x' }]],
  ['a width of 0', [{ ...front, width: 0 }]],
  ['half a pixel', [{ ...front, height: 0.5 }]],
  ['an unknown field', [{ ...front, onload: 'x' }]],
  ['21 images', Array.from({ length: 21 }, () => front)],
  ['an object', { 0: front }],
])('%s is 400, and nothing is written', async (_name, images) => {
  expect((await create({ images })).json()).toMatchObject({ status: 400, code: 'validation_failed' })
  expect(await count('products')).toBe(0)
})
