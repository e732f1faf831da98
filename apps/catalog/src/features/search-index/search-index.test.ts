import { expect, test } from 'vitest'
import { documentedAnswers } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import { vocabulary, vocabularyDeletes } from '../../db/schema.ts'
import { mistakesAllowed, remainders } from '../search/spelling.ts'

const { backend, catalog, shop } = await useCatalog()

const routes = [
  { method: 'GET', url: '/v1/search-index', expected: 200 },
  { method: 'POST', url: '/v1/search-index/refresh', expected: 202 },
] as const
const wordsKnown = async () => (await catalog.deps.db.select().from(vocabulary)).length

test.each(routes)('$method $url: $expected, 401 without a token, 403 for a viewer', async (route) => {
  const { expected, ...request } = route
  const ask = async (headers: object) =>
    (await catalog.app.inject({ ...request, headers: { ...headers } })).statusCode
  expect(await ask(await asRole(backend, 'editor'))).toBe(expected)
  expect(await ask({})).toBe(401)
  expect(await ask(await asRole(backend, 'viewer'))).toBe(403)
})

test('every documented response has a case above', () => {
  const proven = routes.flatMap(({ method, url, expected }) =>
    [expected, 401, 403].map((status) => `${method} ${url} ${status}`),
  )
  expect(proven.toSorted()).toEqual(documentedAnswers('search index'))
})

test('of many refreshes at once one runs, and the vocabulary is right', async () => {
  const categoryId = await shop.category('all')
  for (const title of ['Red shirt', 'Red hat', 'Blue hat']) await shop.product({ title, categoryId })
  const index = catalog.deps.searchIndex
  const counted = await Promise.all(Array.from({ length: 8 }, () => index.refresh()))
  expect(counted.filter(Boolean).length).toBeGreaterThanOrEqual(1)
  const words = await catalog.deps.db.select().from(vocabulary)
  expect(words.find(({ word }) => word === 'red')).toMatchObject({ frequency: 2, titleFrequency: 2 })
  expect(words.find(({ word }) => word === 'hat')).toMatchObject({ frequency: 2, titleFrequency: 2 })
  expect((await index.read()).products).toBe(3)
})

test('the spelling table stores the remainders that search computes for a typed word', async () => {
  const categoryId = await shop.category('all')
  // Of 4 to 10 letters; in two products each, so that they may be proposed.
  const words = ['sofa', 'kemeja', 'celana', 'selimut', 'handphone', 'keyboard', 'headphones']
  for (const copy of [1, 2]) await shop.product({ title: `${words.join(' ')} ${copy}`, categoryId })
  await catalog.deps.searchIndex.refresh()
  const stored = await catalog.deps.db.select().from(vocabularyDeletes)
  for (const word of words) {
    const rows = stored.filter((row) => row.word === word).map(({ remainder }) => remainder)
    expect(rows.toSorted(), word).toEqual(remainders(word, mistakesAllowed(word)).toSorted())
  }
})

test('a word that no product has any more disappears from the vocabulary', async () => {
  await shop.product({ title: 'Red shirt', categoryId: await shop.category('all') })
  const index = catalog.deps.searchIndex
  await index.refresh()
  expect(await wordsKnown()).toBeGreaterThan(0)
  await backend.reset()
  await index.refresh()
  expect(await wordsKnown()).toBe(0)
})
