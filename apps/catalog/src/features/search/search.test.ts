import { waitFor } from '@fondasi/testing'
import { Client } from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'

const { backend, catalog, shop } = await useCatalog()
let categoryId: string
beforeEach(async () => {
  categoryId = await shop.category('all', { en: 'Everything', id: 'Semua' })
})

interface Page {
  items: { id: string; title: { en: string }; highlight: { en: { text: string; isMatch: boolean }[] } }[]
  page: { next: string | null; prev: string | null }
  total: { value: number; relation: string }
  corrections: Record<string, string[]>
  facets?: { brands: { name: string; count: number; selected: boolean }[]; stock: object[] }
}

const add = async (...titles: (string | { en: string; id: string })[]) => {
  for (const title of titles) await shop.product({ title, categoryId })
}
const ask = (query: Record<string, string | number>) =>
  catalog.app.inject({
    url: '/v1/products/search',
    query: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
  })
const search = async (q: string, more: Record<string, string | number> = {}) => {
  const response = await ask({ q, ...more })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<Page>()
}
const titles = async (q: string) => (await search(q)).items.map(({ title }) => title.en)
const refresh = () => catalog.deps.searchIndex.refresh()

describe('what is found', () => {
  test('a word in either language, without accents, in any case', async () => {
    await add({ en: 'Cotton shirt', id: 'Kemeja katun' }, { en: 'Café table', id: 'Meja kafe' })
    expect((await titles('KEMEJA'))[0]).toBe('Cotton shirt')
    expect(await titles('shirt')).toEqual(['Cotton shirt'])
    expect(await titles('cafe')).toEqual(['Café table'])
  })

  test('the exact word is above one that only shares its stem', async () => {
    await add(
      { en: 'Table', id: 'Meja' },
      { en: 'Plain office shirt for men', id: 'Kemeja kantor polos untuk pria' },
    )
    expect((await titles('kemeja '))[0]).toBe('Plain office shirt for men')
    expect((await titles('meja '))[0]).toBe('Table')
  })

  test.each([
    [
      ['WD-40 spray', 'WD40 oil', 'WD 40 lubricant'],
      ['wd40', 'WD-40', 'wd 40'],
    ],
    [
      ['Phone 16GB', 'Phone 16 GB', 'Phone 16-gb'],
      ['16GB', '16 gb', '16-GB'],
    ],
    [['AT&T phone'], ['AT&T', 'at&t', 'ATT']],
    [['T-shirt'], ['tshirt', 't-shirt', 'T SHIRT']],
  ])('all of %j by each of %j', async (products, queries) => {
    await add(...products, 'Something else')
    for (const query of queries) expect((await titles(query)).toSorted()).toEqual(products.toSorted())
  })

  test('the beginning of a word while it is being typed', async () => {
    await add('Wireless headphones', 'Wired mouse', 'Desk lamp')
    await refresh()
    expect((await titles('wir')).toSorted()).toEqual(['Wired mouse', 'Wireless headphones'])
    expect(await titles('wireless head')).toContain('Wireless headphones')
  })

  test('a mistyped word is found, and the response says what was meant', async () => {
    await add('Samsung phone', 'Samsung tablet', 'Asus laptop')
    await refresh()
    for (const typo of ['samsumg', 'smasung', 'samung', 'samssung']) {
      const found = await search(typo)
      expect(found.items, typo).toHaveLength(2)
      expect(found.corrections, typo).toEqual({ [typo]: ['samsung'] })
    }
  })

  test('a synonym is not corrected', async () => {
    await add('Headphone with cable', 'Ponsel with camera')
    await shop.synonym('handphone', 'ponsel')
    await refresh()
    const found = await search('handphone')
    expect(found.corrections).toEqual({})
    expect(found.items.map(({ title }) => title.en)).toEqual(['Ponsel with camera'])
  })

  test('a synonym is found, after the word itself', async () => {
    await add('HP charger', 'Ponsel', 'Ponsel in a box with all that comes along')
    await shop.synonym('hp', 'ponsel')
    await refresh()
    expect(await titles('hp')).toEqual(['HP charger', 'Ponsel', 'Ponsel in a box with all that comes along'])
  })

  test('"phrases", this OR that, -without', async () => {
    await add('Red cotton shirt', 'Cotton red scarf', 'Blue shirt', 'Green hat')
    expect(await titles('"red cotton"')).toEqual(['Red cotton shirt'])
    expect((await titles('blue OR green')).toSorted()).toEqual(['Blue shirt', 'Green hat'])
    expect(await titles('cotton -shirt')).toEqual(['Cotton red scarf'])
  })

  test('a phrase in a description, with its stop words', async () => {
    const description = { en: 'With one year of warranty.', id: 'Bergaransi satu tahun.' }
    await shop.product({ title: 'Lamp', categoryId, description })
    await add('Year one warranty')
    expect(await titles('"one year of warranty"')).toEqual(['Lamp'])
    expect(await titles('"year warranty"')).toEqual([])
  })

  test('a corrected word counts as much as one that was typed correctly', async () => {
    await add('Rugged smartphone', 'Phone case', 'Phone cover')
    await add('Rugged tablet')
    await refresh()
    expect((await titles('ruged phone'))[0]).toMatch(/Rugged/)
  })

  test('a product with more words comes first', async () => {
    await add('Cotton shirt', 'Red cotton shirt', 'Shirt')
    expect(await titles('red cotton shirt')).toEqual(['Red cotton shirt', 'Cotton shirt', 'Shirt'])
  })

  test.each([
    'KMJ-204/NV',
    'kmj204nv',
    'KMJ 204 NV',
    '8991234567898',
    '0899 1234 567898',
    'sm-s921b',
    'SM S921 B',
    'K M J 2 0 4 NV',
  ])('the code %s at rank 1', async (code) => {
    await add('Kmj 204 nv sm s921 b 8991234567898 accessory')
    const id = await shop.product({
      title: 'Plain product',
      categoryId,
      sku: 'KMJ-204-NV',
      gtin: '8991234567898',
      modelNumbers: ['SM-S921B'],
    })
    expect((await search(code)).items[0]?.id).toBe(id)
  })
})

test('a code is found in titles, too, together and apart', async () => {
  await shop.product({ title: 'Phone', categoryId, sku: 'SM-S921B' })
  await shop.product({ title: 'Oil', categoryId, sku: 'WD-40' })
  await add('Case for SM-S921B', 'Cleaner of WD 40', 'S 921 by SM, B')
  expect(await titles('sms921b')).toEqual(['Phone', 'Case for SM-S921B'])
  expect(await titles('WD-40')).toEqual(['Oil', 'Cleaner of WD 40'])
})

describe('the response', () => {
  test('marks the matching words in the titles', async () => {
    await add('Cotton shirts')
    const [item] = (await search('shirt')).items
    expect(item?.highlight.en).toEqual([
      { text: 'Cotton ', isMatch: false },
      { text: 'shirts', isMatch: true },
    ])
    await add({ en: 'Éclair case', id: 'Sarung eclair' })
    expect((await search('eclair')).items[0]?.highlight.en[0]).toEqual({ text: 'Éclair', isMatch: true })
  })

  test('pages forwards and back, each product once', async () => {
    await add(...Array.from({ length: 7 }, (_, index) => `Shirt number ${index}`))
    const first = await search('shirt', { limit: 3 })
    const second = await search('shirt', { limit: 3, cursor: first.page.next ?? '' })
    const third = await search('shirt', { limit: 3, cursor: second.page.next ?? '' })
    const seen = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id))
    expect(new Set(seen).size).toBe(7)
    expect(third.page.next).toBeNull()
    expect(first.total).toEqual({ value: 7, relation: 'eq' })
    const back = await search('shirt', { limit: 3, cursor: third.page.prev ?? '' })
    expect(back.items).toEqual(second.items)
    for (const query of [
      { q: 'shirts', cursor: first.page.next ?? '' },
      { q: 'shirt', inStock: 'true', cursor: first.page.next ?? '' },
      { q: 'shirt', cursor: 'AAAA' },
    ]) {
      expect((await ask(query)).json()).toMatchObject({ status: 400, code: 'invalid_cursor' })
    }
  })

  test('facets count what another choice would find', async () => {
    const [senja, pagi] = [await shop.brand('Senja'), await shop.brand('Pagi')]
    await shop.product({ title: 'Red shirt', categoryId, brandId: senja, attributes: { color: 'red' } })
    await shop.product({ title: 'Blue shirt', categoryId, brandId: senja, attributes: { color: 'blue' } })
    await shop.product({ title: 'Blue shirt two', categoryId, brandId: pagi, attributes: { color: 'blue' } })
    const page = await search('shirt', { facets: 'true', brand: senja, attributes: 'color=blue' })
    expect(page.items).toHaveLength(1)
    expect(page.facets).toMatchObject({
      brands: expect.arrayContaining([
        expect.objectContaining({ name: 'Pagi', count: 1, selected: false }),
        expect.objectContaining({ name: 'Senja', count: 1, selected: true }),
      ]),
      attributes: [
        {
          code: 'color',
          values: [
            { value: 'blue', count: 1, selected: true },
            { value: 'red', count: 1, selected: false },
          ],
        },
      ],
    })
  })
})

describe('queries without meaning', () => {
  test('a query of exclusions alone returns 400', async () => {
    expect((await ask({ q: '-black' })).json()).toMatchObject({ status: 400, code: 'pure_negation' })
  })

  test.each(['OR OR', "\\' \\\\ :* ((", '!!!', '🙂', '"', '- -', '%_%', '\u202e\u200b'])(
    '%.20j has no word and returns 400',
    async (q) => {
      expect((await ask({ q })).json()).toMatchObject({ status: 400, code: 'empty_query' })
    },
  )

  test.each([
    "a'b & c | !d <-> (e):*",
    "'; drop table products; --",
    'x'.repeat(64),
    'x'.repeat(500),
    'satu '.repeat(90),
    'yang dan di',
    '"unclosed phrase',
    'محفظة جلدية',
    'a\tb\nc',
    'ﬁ½ Ⅷ ß İ',
  ])('%j returns 200', async (q) => {
    await add('Satu produk', 'A b c')
    await refresh()
    expect((await ask({ q })).statusCode).toBe(200)
  })

  test.each([
    { q: 'x'.repeat(10_000) },
    { q: 'a\u0000b' },
    { q: 'a', limit: 101 },
    { q: 'a', minPrice: -1 },
    { q: '' },
  ])('%j returns 400', async (query) => {
    expect((await ask(query)).statusCode).toBe(400)
  })
})

test('a statement that PostgreSQL cancels, as at its timeout, returns 503 search_timeout', async () => {
  const admin = new Client(backend.database.adminUrl)
  await admin.connect()
  try {
    await admin.query('begin')
    await admin.query('lock table product_search')
    // Inject sends the request when it is awaited, or made a promise.
    const response = Promise.resolve(ask({ q: 'shirt' }))
    await waitFor(
      async () => {
        const { rows } = await admin.query(
          `select pg_cancel_backend(pid) as canceled from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return rows[0]?.canceled
      },
      { what: 'a search that waits for the lock' },
    )
    expect((await response).json()).toMatchObject({ status: 503, code: 'search_timeout' })
    expect((await response).headers['retry-after']).toBeDefined()
  } finally {
    await admin.query('rollback')
    await admin.end()
  }
})
