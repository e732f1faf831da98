import { expect, test } from 'vitest'
import { useProductWriter } from '../../../test/product-writer.ts'
import type { Product } from './schemas.ts'

const { ask, created, imported, fields } = await useProductWriter()

const hostile = [
  '<p class="lead" onclick="steal()">Soft&nbsp;cotton &amp; linen</p><br>',
  '<script>var stolen = document.cookie</script><style>p { color: crimson }</style>',
  '<img src=x onerror=alert(1)>&lt;iframe src=evil&gt;Light&lt;/iframe&gt; <!-- hidden -->',
].join('')
const text = 'Soft\u00a0cotton & linen\nLight'
const description = { en: hostile, id: hostile }
const title = { en: '<b onmouseover=alert(1)>Tunic</b>', id: 'Tunik &amp; &lt;i&gt;syal&lt;/i&gt;' }
const stored = { title: { en: 'Tunic', id: 'Tunik & syal' }, description: { en: text, id: text } }

/** Every way to write a product. Each returns its id. */
const writers = {
  async POST() {
    return (await created({ title, description, skus: [] })).id
  },
  async PUT() {
    const { id } = await created({ skus: [] })
    await ask('PUT', `/products/${id}`, fields({ title, description }), { 'if-match': '*' })
    return id
  },
  async PATCH() {
    const { id } = await created({ skus: [] })
    await ask('PATCH', `/products/${id}`, { title, description }, { 'if-match': '*' })
    return id
  },
  async import() {
    await imported({ sku: 'T-1', category: 'fashion', title, description })
    return (await ask('GET', '/products/by-sku/T-1')).json<Product>().id
  },
}

test.each(Object.entries(writers))(
  '%s: a text with HTML is stored as the text that it shows',
  async (_name, write) => {
    const id = await write()
    const product = await ask('GET', `/products/${id}`)
    expect(product.json()).toMatchObject(stored)
    expect(product.body).not.toMatch(/<|&(?:lt|amp|nbsp);|alert|stolen|crimson|hidden|evil/)
    for (const q of ['cotton', 'light', 'linen', 'syal']) {
      const search = await ask('GET', `/products/search?q=${q}`)
      expect(search.json()).toMatchObject({ items: [{ id }] })
      expect(search.body, q).not.toMatch(/<|&(?:lt|amp|nbsp);|alert|stolen|crimson|hidden|evil/)
    }
    for (const q of [
      'p',
      'class',
      'lead',
      'script',
      'stolen',
      'var',
      'onerror',
      'crimson',
      'iframe',
      'hidden',
      'nbsp',
      'amp',
      'b',
    ])
      expect((await ask('GET', `/products/search?q=${q}`)).json(), q).toMatchObject({ items: [] })
  },
)

test('a title without any text besides markup is refused', async () => {
  const response = await ask('POST', '/products', fields({ title: { en: '<b></b>', id: 'x' } }))
  expect(response.json()).toMatchObject({ status: 400, code: 'validation_failed' })
})

test('a patch of another field leaves text with < and & unchanged', async () => {
  const written = { en: 'For screens < 5" & more, AT&T', id: '3 < 5' }
  const { id } = await created({ description: written, skus: [] })
  const patched = await ask('PATCH', `/products/${id}`, { rating: 4 }, { 'if-match': '*' })
  expect(patched.json()).toMatchObject({ description: written })
})
