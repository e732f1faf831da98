import { beforeEach, expect, test } from 'vitest'
import { useSearch } from '../../../test/use-search.ts'

// What was meant by a word that no product has, and which words are left as they were typed.

const { shop, add, search, refresh } = await useSearch()

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
  for (let number = 0; number < 20; number += 1) await add(`Tenda dome ${number}`, `Gadget 4 plain ${number}`)
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
