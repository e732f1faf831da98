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
  ignoredWords: string[]
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
    ['kemeja:putih', 'Kemeja lengan panjang putih'],
    ['kemeja（putih）', 'Kemeja lengan panjang putih'],
    ['kemeja–putih', 'Kemeja lengan panjang putih'],
  ])('a mark between two words separates them: %s finds %s', async (query, title) => {
    await add('Set of mouse and keyboard', 'Kaos celana setelan', 'Kemeja lengan panjang putih')
    await add('Bluray player', 'WiFi router')
    await refresh()
    expect(await found(query)).toEqual([title])
  })
})

test('what two words make together outranks a product that has both by accident', async () => {
  const phones = await shop.category('phones', { en: 'Phones', id: 'Ponsel' })
  await shop.product({ title: 'KEMP1HEAD', categoryId: phones })
  for (let number = 0; number < 9; number += 1) {
    await shop.product({ title: `Plain ${number}`, categoryId: phones })
    await add(`Loud headphones ${number}`)
  }
  await refresh()
  expect(await first('head phones')).toMatch(/headphones/)
})

test('a unit in letters is the unit', async () => {
  await shop.synonym('liter', 'l')
  await add('Blender 2L', 'Kettle 2 L', 'Blender 1L with 2 cups')
  await refresh()
  expect(await found('blender 2 liter')).toEqual(['Blender 2L'])
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

  test('words that other products have in a row are not the code of one, beside other words', async () => {
    await shop.product({ title: 'Ulefone', categoryId, modelNumbers: ['Note 10'] })
    await shop.product({ title: 'Nyx', categoryId, modelNumbers: ['SEVEN'] })
    await add('Redmi Note 10 Pro', 'Redmi Note 10', 'Zorblat seven tealx')
    expect((await found('redmi note 10')).toSorted()).toEqual(['Redmi Note 10', 'Redmi Note 10 Pro'])
    expect(await found('sepatu note 10')).toEqual([])
    expect(await found('zorblat seven tealx')).toEqual(['Zorblat seven tealx'])
  })

  test('an excluded word excludes the product of a code, too', async () => {
    expect(await found('KMJ-39698-NV-M -lengan')).toEqual([])
    expect(await found('8991234567898 -lari')).toEqual([])
  })

  test('a code that a product has is not an unknown word', async () => {
    for (const query of ['8991234567898', '0899 1234 567898', '8991234567898 sepatu']) {
      expect(await search(query), query).toMatchObject({ unknownWords: [], corrections: {} })
    }
  })

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
    ['mreah laptop', { mreah: ['merah'] }],
  ])('%s is corrected, and finds the products', async (query, corrections) => {
    const page = await search(query)
    expect(page.corrections).toEqual(corrections)
    expect(page.items[0]?.isPartialMatch).toBe(false)
  })

  test('a word that says nothing about a product is reported as ignored', async () => {
    const page = await search('laptop murah')
    expect(page.corrections).toEqual({})
    expect(page).toMatchObject({ unknownWords: [], ignoredWords: ['murah'], total: { value: 20 } })
    expect(await search('murah')).toMatchObject({ ignoredWords: [] })
  })

  test('only the likeliest correction is found: a missing letter is likelier than a wrong one', async () => {
    for (let number = 0; number < 30; number += 1) await add(`Meja kerja putih ${number}`)
    await refresh()
    expect(await search('kemja putih')).toMatchObject({
      corrections: { kemja: ['kemeja'] },
      total: { value: 20 },
    })
  })

  test.each([
    ['kopa', 'a wrong letter in a word of four'],
    ['kxopi', 'a letter too many for a word of four'],
  ])('%s is not corrected: %s', async (typed) => {
    expect(await search(`${typed} `)).toMatchObject({ corrections: {}, unknownWords: [typed] })
  })

  test('a word is not completed to one that no product has beside the rarest other word', async () => {
    await add('Gadget 4 orange')
    for (let number = 0; number < 20; number += 1)
      await add(`Tenda dome ${number}`, `Gadget 4 plain ${number}`)
    await refresh()
    const page = await search('tenda 4 orang')
    expect(page).toMatchObject({ corrections: {}, unknownWords: ['orang'] })
    expect(page.items[0]?.title.en).toMatch(/Tenda/)
  })

  test('a word of a product that was created after the words were counted is not unknown', async () => {
    await add('Calendarx', 'Zyx')
    expect(await search('calendarx')).toMatchObject({
      corrections: {},
      unknownWords: [],
      total: { value: 1 },
    })
    expect(await search('zyx')).toMatchObject({ unknownWords: [], total: { value: 1 } })
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

test('an English word and another word that is its stem do not find each other', async () => {
  await add('Orange juice', 'Oranges', 'Tenda untuk orang', 'Baby hat', 'Daging babi')
  await refresh()
  expect(await found('orang ')).toEqual(['Tenda untuk orang'])
  expect((await found('orange')).toSorted()).toEqual(['Orange juice', 'Oranges'])
  expect(await found('babi ')).toEqual(['Daging babi'])
  expect(await found('babies')).toEqual(['Baby hat'])
})

test('a synonym of a word that no product has counts as if it had been typed', async () => {
  await shop.synonym('sprei', 'seprai')
  await add('Seprai katun besar putih', 'Seprai katun kecil', 'Raja king', 'King', 'King kong', 'Seprai')
  await refresh()
  expect(await first('sprei king')).toMatch(/Seprai/)
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
