import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  asRole,
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from './catalog-service.ts'
import { stockManyProducts } from './many-products.ts'
import { createShop } from './shop.ts'

// The response to any input is a list, perhaps an empty one, or a 4xx with a code; and no query is expensive.
let backend: CatalogBackend
let catalog: CatalogInstance
beforeAll(async () => {
  backend = await createCatalogBackend()
  catalog = await startCatalog(backend)
  await backend.reset()
  const shop = createShop(catalog.deps.db)
  const categoryId = await shop.category('all', { en: 'Everything', id: 'Semua' })
  for (const title of [
    'WD-40 spray',
    'AT&T phone 16GB',
    'Kemeja katun',
    'The and of',
    'محفظة جلدية',
    '100% wool_blend',
  ])
    await shop.product({ title, categoryId })
  await stockManyProducts(catalog.deps.db, { products: 2_000, common: categoryId, rare: categoryId })
  await catalog.deps.searchIndex.refresh()
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

const texts = [
  // tsquery and SQL
  "'",
  "''",
  "\\'",
  '\\',
  '&',
  '|',
  '!',
  '!!!',
  '<->',
  'a <-> b',
  'a & | b',
  '(a',
  'a:*',
  ':*',
  'a:ABCD',
  "'a':*B",
  "'; drop table products; --",
  "' or 1=1 --",
  '$1',
  '$$',
  '${q}',
  ';',
  '/*',
  '%',
  '_',
  '%%%',
  '100%',
  'wool_',
  '\\%',
  'null',
  'undefined',
  '{}',
  '[]',
  '__proto__',
  'constructor',
  // shape
  ' ',
  '\t\n',
  '-',
  '--',
  '- -',
  '"',
  '""',
  '"""',
  '"a',
  'a"',
  '"-"',
  '-"a"',
  'OR',
  'OR OR',
  'a OR',
  'OR a',
  '-a',
  '-a -b',
  'a -a',
  '(((((((((',
  '.',
  '...',
  '…',
  '—',
  '!?',
  '#@',
  '-black',
  // stop words, one letter, very many
  'the',
  'the and of',
  'yang dan di',
  'a',
  'z',
  'th',
  'word '.repeat(80),
  'a '.repeat(200),
  'OR '.repeat(150),
  '-a '.repeat(150),
  '"a b" '.repeat(80),
  'x'.repeat(500),
  'thing thin thi th',
  'ab-'.repeat(160),
  '1.'.repeat(240),
  Array.from({ length: 40 }, (_, index) => `thing${index}`).join(' '),
  // other writing
  '🙂',
  '👨‍👩‍👧‍👦',
  'محفظة',
  '\u202emoc\u202c',
  '\u200b',
  '\ufeff',
  'ﬁ½Ⅷ',
  'ß',
  'İ',
  'ı',
  'e\u0301',
  'Ａ',
  '汉字',
  '가',
  'a\u0300'.repeat(160),
  '\u{10ffff}',
  '٣',
  '０',
  '²',
  // too long, or no text
  'x'.repeat(10_000),
  'é'.repeat(10_000),
  '\u0000',
  'a\u0000b',
  '\u0001',
  '\u007f',
  '\ud800',
]
const numbers = [
  '-1',
  '0',
  '101',
  '1e3',
  '1.5',
  'NaN',
  'Infinity',
  '9007199254740993',
  '1'.repeat(400),
  ' ',
  '0x10',
  'abc',
  '',
]
const fields: Record<string, string[]> = {
  limit: numbers,
  minPrice: numbers,
  maxPrice: numbers,
  cursor: [
    ...texts,
    ...numbers,
    Buffer.alloc(17, 1).toString('base64url'),
    Buffer.alloc(700, 1).toString('base64url'),
  ],
  category: texts,
  brand: [...texts, ','.repeat(60), '01936f0e-8a3c-7cc2-9d1e-000000000000,'],
  attributes: [
    ...texts,
    ...texts.map((text) => `color=${text}`),
    'a=b,'.repeat(60),
    '=',
    'color',
    'Color=red',
  ],
  sort: [...numbers, 'newest', '--price', 'price;', 'relevance '],
  currency: ['EUR', 'idr', '', 'IDR,USD', '__proto__'],
  inStock: ['maybe', '', '2', 'null'],
  facets: ['maybe', ''],
  unknown: ['1'],
}

/** Says what is wrong with a response, or nothing. */
async function faultOf(path: string, query: Record<string, string>): Promise<string[]> {
  const { statusCode, body } = await catalog.app.inject(
    `/v1/${path}?${new URLSearchParams(query).toString()}`,
  )
  const isFine =
    statusCode === 200
      ? body.startsWith('{"items":[')
      : statusCode >= 400 && statusCode < 500 && /"code":"[a-z_]+"/.test(body)
  return isFine ? [] : [`${path} ${JSON.stringify(query).slice(0, 80)}: ${statusCode} ${body.slice(0, 200)}`]
}

test.each(Object.keys(fields))('%s of browse and search', async (field) => {
  const faults: string[] = []
  for (const value of fields[field] ?? []) {
    faults.push(...(await faultOf('products', { [field]: value })))
    faults.push(...(await faultOf('products/search', { q: 'kemeja', [field]: value })))
  }
  expect(faults).toEqual([])
})

test.each(['relevance', 'price'])('q, by %s', async (sort) => {
  const faults: string[] = []
  for (const q of texts) faults.push(...(await faultOf('products/search', { q, sort, facets: 'true' })))
  expect(faults).toEqual([])
})

test('q of suggest', async () => {
  const faults: string[] = []
  for (const q of texts) faults.push(...(await faultOf('products/suggest', { q })))
  expect(faults).toEqual([])
})

test('parameters that cannot be decoded, appear twice or are missing', async () => {
  const queries = [
    'q=%E0%A4%A',
    'q=%00',
    'q=a&q=b',
    'limit=1&limit=2',
    'q[]=a',
    'q[a]=b',
    '&&&',
    '=',
    '%',
    '',
  ]
  for (const path of ['products', 'products/search', 'products/suggest'])
    for (const query of queries) {
      const { statusCode } = await catalog.app.inject(`/v1/${path}?${query}`)
      expect([200, 400], `${path}?${query}`).toContain(statusCode)
    }
})

test('no query of the bank reads more than 5,000 buffers in this small shop', async () => {
  const headers = await asRole(backend, 'admin')
  for (const q of texts) {
    const url = `/v1/products/search/explain?${new URLSearchParams({ q }).toString()}`
    const response = await catalog.app.inject({ url, headers })
    if (response.statusCode !== 200) continue
    expect(response.json<{ buffers: number }>().buffers, q.slice(0, 40)).toBeLessThan(5_000)
  }
})
