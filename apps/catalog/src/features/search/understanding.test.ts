import { beforeEach, describe, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'

// What the words of a query stand for: joined and split words, codes, corrections, digits and marks of any script.

const { catalog, shop } = await useCatalog()
let categoryId: string
beforeEach(async () => {
  categoryId = await shop.category('all', { en: 'Everything', id: 'Semua' })
})

interface Page {
  items: {
    id: string
    title: { en: string }
    isPartialMatch: boolean
    highlight: { en: { text: string; isMatch: boolean }[] }
  }[]
  total: { value: number; relation: string }
  corrections: Record<string, string[]>
  unknownWords: string[]
}

const add = async (...titles: string[]) => {
  for (const title of titles) await shop.product({ title, categoryId })
}
const search = async (q: string, more: Record<string, string> = {}) => {
  const response = await catalog.app.inject({ url: '/v1/products/search', query: { q, ...more } })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<Page>()
}
/** Titles of the products with all words. */
const found = async (q: string) =>
  (await search(q)).items.filter(({ isPartialMatch }) => !isPartialMatch).map(({ title }) => title.en)
const first = async (q: string) => (await search(q)).items[0]?.title.en
const marked = async (q: string) =>
  (await search(q)).items[0]?.highlight.en.filter(({ isMatch }) => isMatch).map(({ text }) => text)
const refresh = () => catalog.deps.searchIndex.refresh()

describe('words written together or apart', () => {
  test.each([
    ['powerbank', 'Slim power bank'],
    ['ricecooker', 'Rice cooker 1L'],
    ['facewash', 'Gentle face wash'],
    ['ear buds', 'Wireless earbuds'],
    ['back pack', 'Canvas backpack'],
    ['head phones', 'Loud headphones'],
    ['lap top', 'Gaming laptop'],
  ])('%s finds %s', async (query, title) => {
    await add('Slim power bank', 'Rice cooker 1L', 'Gentle face wash', 'Wireless earbuds')
    await add('Canvas backpack', 'Loud headphones', 'Gaming laptop')
    await refresh()
    expect(await found(query)).toEqual([title])
  })

  test.each([
    ['mouse/keyboard', 'Set of mouse and keyboard'],
    ['kaos&celana', 'Kaos celana setelan'],
    ['kemeja-putih', 'Kemeja lengan panjang putih'],
    ['kemeja+putih', 'Kemeja lengan panjang putih'],
    ['blu-ray', 'Bluray player'],
    ['wi-fi', 'WiFi router'],
  ])('a mark between two words separates them: %s finds %s', async (query, title) => {
    await add('Set of mouse and keyboard', 'Kaos celana setelan', 'Kemeja lengan panjang putih')
    await add('Bluray player', 'WiFi router')
    await refresh()
    expect(await found(query)).toEqual([title])
  })
})

describe('codes', () => {
  beforeEach(async () => {
    await shop.product({ title: 'Kemeja lengan panjang', categoryId, sku: 'KMJ-39698-NV-M' })
    await shop.product({ title: 'Sepatu lari', categoryId, sku: 'OR339676-BLK-41', gtin: '8991234567898' })
    await add('Kemeja putih', 'Kemeja', 'Celana putih')
    await refresh()
  })

  test.each([
    ['KMJ-39698-NV-M', 'Kemeja lengan panjang'],
    ['KMJ-39698-NV-M -putih', 'Kemeja lengan panjang'],
    ['kemeja KMJ-39698-NV-M', 'Kemeja lengan panjang'],
    ['celana putih kmj 39698 nv m', 'Kemeja lengan panjang'],
    ['39698', 'Kemeja lengan panjang'],
    ['OR339676', 'Sepatu lari'],
    ['or 339676 blk', 'Sepatu lari'],
    ['beli 0899 1234 567898', 'Sepatu lari'],
  ])('%s has its product first', async (query, title) => {
    expect(await first(query)).toBe(title)
  })

  test.each(['tablet', 'tas', 'red', '4k', '128gb'])(
    'the everyday word %s is not a code, even if it is a model number',
    async (word) => {
      await shop.product({ title: 'Strange gadget', categoryId, modelNumbers: [word] })
      for (let number = 0; number < 21; number += 1) await add(`${word} number ${number}`)
      await refresh()
      expect(await first(word)).not.toBe('Strange gadget')
      expect(await found(word)).toHaveLength(20)
    },
  )

  test('a word that is nothing but a model number is a code', async () => {
    await shop.product({ title: 'Strange gadget', categoryId, modelNumbers: ['Zephyr'] })
    await refresh()
    expect(await first('zephyr')).toBe('Strange gadget')
  })
})

describe('spelling', () => {
  beforeEach(async () => {
    for (let number = 0; number < 20; number += 1)
      await add(
        `Laptop merah ${number}`,
        `Kopi gayo ${number}`,
        `Kemeja putih ${number}`,
        `Cable hdmi ${number}`,
      )
    await add('Flag of Saudi Arabia', 'Network switch with cable', 'Calendar', 'AGM battery', 'Gaming pc')
    await refresh()
  })

  test.each([
    ['kemja putih', { kemja: ['kemeja'] }],
    ['kmeja', { kmeja: ['kemeja'] }],
    ['swith', { swith: ['switch'] }],
    ['gmaing pc', { gmaing: ['gaming'] }],
    ['agming pc', { agming: ['gaming'] }],
    ['hdmi cale', { cale: ['cable'] }],
    ['calendr', { calendr: ['calendar'] }],
  ])('%s is corrected, and finds the products', async (query, corrections) => {
    const page = await search(query)
    expect(page.corrections).toEqual(corrections)
    expect(page.items[0]?.isPartialMatch).toBe(false)
  })

  test('a word that says nothing about a product is not corrected, and does not count', async () => {
    const page = await search('laptop murah')
    expect(page.corrections).toEqual({})
    expect(page).toMatchObject({ unknownWords: [], total: { value: 20 } })
  })

  test('a word that no product has beside the others is not proposed, but reported as unknown', async () => {
    const page = await search('kopi arabika')
    expect(page.corrections).toEqual({})
    expect(page).toMatchObject({ unknownWords: ['arabika'], total: { value: 0 } })
    expect(page.items[0]).toMatchObject({ title: { en: /Kopi/ }, isPartialMatch: true })
  })

  test('a mistyped synonym is corrected', async () => {
    await shop.synonym('notebook', 'laptop')
    const page = await search('notebok merah')
    expect(page).toMatchObject({ corrections: { notebok: ['notebook'] }, total: { value: 20 } })
  })
})

test('a word in the name of a category says what kind of product is wanted', async () => {
  const toys = await shop.category('toys', { en: 'Toys', id: 'Mainan' })
  await add('Tablet untuk anak', 'Sarung tablet untuk anak')
  await shop.product({ title: 'Boneka kain', categoryId: toys })
  await refresh()
  expect(
    (await search('mainan anak')).items.map(({ title, isPartialMatch }) => [title.en, isPartialMatch]),
  ).toEqual([
    ['Boneka kain', true],
    ['Tablet untuk anak', true],
    ['Sarung tablet untuk anak', true],
  ])
})

describe('characters', () => {
  test.each([
    ['hitman', 'Hitman™ 3'],
    ['velocity', 'Velocity® bike'],
    ['core i5', 'Intel Core™ i5'],
    ['نتائج ٣', 'نتائج 3'],
    ['lamp ४५', 'Lamp 45'],
  ])('%s finds %s', async (query, title) => {
    await add('Hitman™ 3', 'Velocity® bike', 'Intel Core™ i5', 'نتائج 3', 'Lamp 45')
    expect(await found(query)).toEqual([title])
  })

  test('a digit of another script is the same in the shop and in the query', async () => {
    await add('حجم ٤٥')
    expect(await found('45')).toEqual(['حجم ٤٥'])
  })

  test('tags and entities of HTML in a description are not words', async () => {
    const html = '<p class="strong">Soft&nbsp;cotton</p><script>var shirt</script>'
    await shop.product({ title: 'Maya Tunic', categoryId, description: { en: html, id: html } })
    expect(await found('cotton')).toEqual(['Maya Tunic'])
    for (const q of ['p', 'class', 'strong', 'nbsp', 'script', 'var']) expect(await found(q), q).toEqual([])
  })

  test.each([
    ['3,5', 'Jack 3,5 mm', ['3,5']],
    ['5.1', 'Speaker 5.1', ['5.1']],
    ['AT&T', 'AT&T phone', ['AT&T']],
    ['cafe', 'Cafe\u0301 table', ['Cafe\u0301']],
    ['किताब', 'हिन्दी किताब', ['किताब']],
    ['हिन्दी', 'हिन्दी किताब', ['हिन्दी']],
    ['புத்தகம்', 'தமிழ் புத்தகம்', ['புத்தகம்']],
    ['shirt', 'T-shirt', ['shirt']],
    ['t-shirt', 'T-shirt', ['T-shirt']],
    ['mens', 'Men’s hat', ['Men’s']],
  ])('%s is marked in %s', async (query, title, expected) => {
    await add(title)
    expect(await marked(query)).toEqual(expected)
  })
})
