import { beforeEach, expect, test } from 'vitest'
import { useCatalog } from '../../../test/use-catalog.ts'

const { catalog, shop } = await useCatalog()
let categoryId: string
beforeEach(async () => {
  categoryId = await shop.category('all')
})

type Fragments = { text: string; isMatch: boolean }[]
const search = async (q: string) => {
  await catalog.deps.searchIndex.refresh()
  const response = await catalog.app.inject({ url: '/v1/products/search', query: { q } })
  expect(response.statusCode, response.body).toBe(200)
  return response.json<{ items: { title: { en: string }; snippet: { en?: Fragments; id?: Fragments } }[] }>()
    .items
}
const shown = (fragments: Fragments | undefined) =>
  fragments?.map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join('')

test('the part of the description around the first match, in each language that matches', async () => {
  const before = 'A long story about other things. '.repeat(10)
  await shop.product({
    title: 'Lamp',
    categoryId,
    description: { en: `${before}Its battery lasts for ten hours.`, id: `${before}Baterainya awet.` },
  })
  const [item] = await search('lamp battery')
  expect(shown(item?.snippet.en)).toMatch(/^[a-z]+ .*Its \[battery\] lasts for ten hours\.$/i)
  expect(shown(item?.snippet.en)?.length).toBeLessThanOrEqual(162)
  expect(item?.snippet).not.toHaveProperty('id')
})

test('absent when nothing in the description matches', async () => {
  await shop.product({ title: 'Lamp', categoryId, description: { en: 'Bright.', id: 'Terang.' } })
  expect(await search('lamp')).toMatchObject([{ title: { en: 'Lamp' }, snippet: {} }])
  expect((await search('lamp'))[0]?.snippet).toEqual({})
})

test.each([
  ['shirts', 'A shirt for men', 'A [shirt] for men'],
  ['shrit', 'A shirt for men', 'A [shirt] for men'],
  ['wd40', 'Use WD-40 here', 'Use [WD-40] here'],
  ['cafe', 'For your café', 'For your [café]'],
  ['hp', 'Untuk ponsel baru', 'Untuk [ponsel] baru'],
])('%s marks what it matches in %j, as in titles', async (q, description, expected) => {
  await shop.synonym('hp', 'ponsel')
  await shop.product({ title: 'Shirt', categoryId, description: { en: description, id: description } })
  const [item] = await search(q)
  expect(shown(item?.snippet.en)).toBe(expected)
  expect(shown(item?.snippet.id)).toBe(expected)
})
