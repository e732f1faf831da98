import { beforeEach, describe, expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { useCatalog } from '../../../test/use-catalog.ts'

const { catalog, shop, ask } = await useCatalog()
let categoryId: string
beforeEach(async () => {
  categoryId = await shop.category('all', { en: 'Everything', id: 'Semua' })
})

const request = (query: Record<string, string>, headers = {}) =>
  catalog.app.inject({ url: '/v1/products/suggest', query, headers })
const suggest = async (q: string, more: Record<string, string> = {}) => {
  const response = await request({ q, ...more })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<{
    completions: string[]
    items: { id: string; slug: string; title: string; image: object | null }[]
  }>()
}
const completions = async (q: string, more = {}) => (await suggest(q, more)).completions
const titles = async (q: string, more = {}) => (await suggest(q, more)).items.map(({ title }) => title)
const add = async (...names: (string | { en: string; id: string })[]) => {
  for (const title of names) await shop.product({ title, categoryId })
  await catalog.deps.searchIndex.refresh()
}

testResponses('suggestions', [
  ['GET /v1/products/suggest 200', () => request({ q: 'kem' })],
  ['GET /v1/products/suggest 304', () => request({ q: 'kem' }, { 'if-none-match': '*' })],
  ['GET /v1/products/suggest 400 validation_failed', () => request({ q: 'kem', limit: '11' })],
  ['GET /v1/products/suggest 400 empty_query', () => request({ q: '…' })],
  ['GET /v1/products/suggest 400 pure_negation', () => request({ q: '-kem' })],
])

describe('completions', () => {
  test('of the last word, the most frequent word first, also of a word that is one already', async () => {
    await add('Kemeja putih', 'Kemeja hitam', 'Kemeja biru', 'Kemoceng', 'Kembang', 'Kembang putih', 'Kem')
    expect(await completions('kem')).toEqual(['kemeja', 'kembang', 'kemoceng'])
    expect(await completions('Kemeja p')).toEqual(['Kemeja putih'])
    expect(await completions('kem', { limit: '1' })).toEqual(['kemeja'])
  })

  test('only of words that some product has together with the others, and without the excluded ones', async () => {
    await add('Kemeja putih', 'Kemeja pria', 'Celana panjang', 'Topi pink')
    expect((await completions('kemeja p')).toSorted()).toEqual(['kemeja pria', 'kemeja putih'])
    expect(await completions('-putih kemeja p')).toEqual(['-putih kemeja pria'])
    expect(await completions('sepatu p')).toEqual([])
    expect((await completions('celana OR p')).toSorted()).toEqual(
      ['panjang', 'pink', 'pria', 'putih'].map((word) => `celana OR ${word}`),
    )
  })

  test('not of a word whose products are gone, even before the words are counted again', async () => {
    const id = await shop.product({ title: 'Kemeja', categoryId })
    await add('Kembang')
    const gone = await ask('DELETE', `/products/${id}`, undefined, { 'if-match': '*' })
    expect(gone.statusCode).toBe(204)
    expect(await completions('kem')).toEqual(['kembang'])
  })

  test('an earlier word may be mistyped, as in a search', async () => {
    await add('Kemeja putih', 'Celana panjang')
    expect(await completions('kemja p')).toEqual(['kemja putih'])
    expect(await titles('kemja put')).toEqual(['Kemeja putih'])
  })

  test.each(['kemeja ', '"kemeja pu', '"kemeja', 'kemeja -pu', 'ssd 16 gb'])(
    'none for %j, whose last word is finished or excluded',
    async (q) => {
      await add('Kemeja putih', 'SSD 16GB', 'SSD 16GBPS')
      expect(await completions(q)).toEqual([])
    },
  )

  test.each(['en', 'id', 'in', 'a', 'ka'])('%j completes to words: no stems, no stop words', async (q) => {
    await add(
      { en: 'Shirts and energy', id: 'Kemeja dan idaman' },
      'Inverter and table',
      'Agar kepada atau kain',
    )
    for (const completion of await completions(q))
      expect(completion).toMatch(/^(energy|idaman|inverter|kain)$/)
    const search = await catalog.app.inject({ url: '/v1/products/search', query: { q } })
    for (const { title } of search.json<{ items: { title: { en: string; id: string } }[] }>().items)
      expect(`${title.en} ${title.id}`.toLowerCase()).toMatch(new RegExp(`\\b${q}`))
  })

  test.each(['%', '_', 'k%', 'k_m', "'", 'wool_', '100%', 'x'.repeat(500)])('%j is text', async (q) => {
    await add('Kemeja', 'Wool_blend 100% cotton')
    const response = await request({ q })
    expect([200, 400]).toContain(response.statusCode)
    if (response.statusCode === 200)
      for (const completion of response.json<{ completions: string[] }>().completions)
        expect(completion).toMatch(/^(?:kemeja|wool.?blend)$/)
  })
})

describe('products', () => {
  test('of a finished query are the first ones that a search finds', async () => {
    for (let popularity = 0; popularity < 12; popularity += 1)
      await shop.product({ title: `Kemeja putih ${popularity}`, categoryId, popularity })
    await add('Kemeja hitam', 'Celana putih')
    for (const q of [
      'kemeja putih ',
      'putih celana ',
      'sepatu putih ',
      'kemeja OR celana ',
      '"kemeja putih"',
    ]) {
      const found = await catalog.app.inject({ url: '/v1/products/search', query: { q, limit: '10' } })
      const expected = found.json<{ items: { title: { en: string } }[] }>().items
      expect(expected.length, q).toBeGreaterThan(1)
      expect(await titles(q, { limit: '10' }), q).toEqual(expected.map(({ title }) => title.en))
      expect(await titles(q, { limit: '3' }), q).toEqual(expected.slice(0, 3).map(({ title }) => title.en))
    }
  })

  test('of a very common word are in the order of a search, which ranks popular ones before all others', async () => {
    const long = 'Kemeja dengan judul yang panjang sekali sampai skornya rendah'
    await shop.product({ title: long, categoryId, popularity: 3 })
    await add(...Array.from({ length: 12 }, (_, number) => `Kemeja ${number}`))
    // As if the shop had more matches than are ranked at once.
    await catalog.deps.pool.query('update vocabulary set frequency = 20000')
    const found = await catalog.app.inject({ url: '/v1/products/search', query: { q: 'kemeja', limit: '5' } })
    const expected = found.json<{ items: { title: { en: string } }[] }>().items.map(({ title }) => title.en)
    expect(expected[0]).toBe(long)
    expect(await titles('kemeja ')).toEqual(expected)
  })

  test('of an unfinished word: those of the word come first, then those of its completions', async () => {
    await add('Lap microfiber', 'Laptop gaming', 'Laptop murah meriah', 'Topi')
    expect(await titles('lap')).toEqual(['Lap microfiber', 'Laptop gaming', 'Laptop murah meriah'])
    expect(await titles('lap ')).toEqual(['Lap microfiber'])
    expect((await titles('gaming l'))[0]).toBe('Laptop gaming')
    expect((await titles('l')).toSorted()).toEqual(['Lap microfiber', 'Laptop gaming', 'Laptop murah meriah'])
  })

  test('have the title in the language asked for, the slug and the first image', async () => {
    const image = { url: 'https://images.example.com/1.webp', alt: '', width: null, height: null }
    const created = await ask('POST', '/products', {
      title: { en: 'Cotton shirt', id: 'Kemeja katun' },
      categoryId,
      images: [image, { url: 'https://images.example.com/2.webp' }],
    })
    const { id } = created.json<{ id: string }>()
    const product = { id, slug: 'cotton-shirt', image }
    expect((await suggest('cotton')).items).toEqual([{ ...product, title: 'Cotton shirt' }])
    expect((await suggest('kemeja', { locale: 'id' })).items).toEqual([{ ...product, title: 'Kemeja katun' }])
  })

  test('a SKU that was typed to its end comes first', async () => {
    await shop.product({ title: 'Kemeja', categoryId, sku: 'KMJ-204-NV' })
    await add('Kemeja biru')
    expect(await titles('kmj204nv')).toEqual(['Kemeja'])
  })
})
