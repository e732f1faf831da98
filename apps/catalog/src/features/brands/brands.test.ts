import { expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { useCatalog } from '../../../test/use-catalog.ts'

const { catalog, shop } = await useCatalog()

testResponses('brands', [
  ['GET /v1/brands 200', () => catalog.app.inject('/v1/brands')],
  ['GET /v1/brands 304', () => catalog.app.inject({ url: '/v1/brands', headers: { 'if-none-match': '*' } })],
  ['GET /v1/brands 400 invalid_cursor', () => catalog.app.inject('/v1/brands?cursor=x')],
])

test('brands are listed by name, ignoring case and punctuation, page by page and back', async () => {
  for (const name of ['Éclair', 'senja', 'Abadi', 'Zeta', 'Delta']) await shop.brand(name)
  type Page = { items: { name: string }[]; page: { next: string | null; prev: string | null } }
  const page = async (query: string) => (await catalog.app.inject(`/v1/brands?limit=2${query}`)).json<Page>()
  const first = await page('')
  const second = await page(`&cursor=${first.page.next}`)
  const third = await page(`&cursor=${second.page.next}`)
  const names = [first, second, third].map(({ items }) => items.map(({ name }) => name))
  expect(names).toEqual([['Abadi', 'Delta'], ['Éclair', 'senja'], ['Zeta']])
  expect((await page(`&cursor=${second.page.prev}`)).items).toEqual(first.items)
})
