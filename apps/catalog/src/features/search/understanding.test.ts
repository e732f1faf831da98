import { beforeEach, describe, expect, test } from 'vitest'
import { useSearch } from '../../../test/use-search.ts'

// What the words of a query stand for: joined and split words, codes, stems, synonyms, categories.

const { shop, product, add, search, found, first, refresh } = await useSearch()

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
  await product({ title: 'KEMP1HEAD', categoryId: phones })
  for (let number = 0; number < 9; number += 1) {
    await product({ title: `Plain ${number}`, categoryId: phones })
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
    await product({ title: 'Kemeja lengan panjang', sku: 'KMJ-39698-NV-M' })
    await product({ title: 'Sepatu lari', sku: 'OR339676-BLK-41', gtin: '8991234567898' })
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
      await product({ title: 'Strange gadget', modelNumbers: [word] })
      for (let number = 0; number < 21; number += 1) await add(`${word} number ${number}`)
      await refresh()
      expect(await first(word)).not.toBe('Strange gadget')
      expect(await found(word)).toHaveLength(20)
    },
  )

  test('words that other products have in a row are not the code of one, beside other words', async () => {
    await product({ title: 'Ulefone', modelNumbers: ['Note 10'] })
    await product({ title: 'Nyx', modelNumbers: ['SEVEN'] })
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
    await product({ title: 'Strange gadget', modelNumbers: ['Zephyr'] })
    await refresh()
    expect(await first('zephyr')).toBe('Strange gadget')
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
  await product({ title: 'Boneka kain', categoryId: toys })
  await refresh()
  expect(
    (await search('mainan anak')).items.map(({ title, isPartialMatch }) => [title.en, isPartialMatch]),
  ).toEqual([
    ['Boneka kain', true],
    ['Tablet untuk anak', true],
    ['Sarung tablet untuk anak', true],
  ])
})
