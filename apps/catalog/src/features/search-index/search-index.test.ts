import { expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import { vocabulary, vocabularyDeletes } from '../../db/schema.ts'
import { mistakesAllowed, remainders } from '../search/spelling.ts'

const { backend, catalog, shop } = await useCatalog()

const read = (headers: object) => catalog.app.inject({ url: '/v1/search-index', headers: { ...headers } })
const refresh = (headers: object) =>
  catalog.app.inject({ method: 'POST', url: '/v1/search-index/refresh', headers: { ...headers } })
const editor = () => asRole(backend, 'editor')
const viewer = () => asRole(backend, 'viewer')
const wordsKnown = async () => (await catalog.deps.db.select().from(vocabulary)).length

testResponses('search index', [
  ['GET /v1/search-index 200', async () => read(await editor())],
  ['GET /v1/search-index 304', async () => read({ ...(await editor()), 'if-none-match': '*' })],
  ['GET /v1/search-index 401 missing_token', () => read({})],
  ['GET /v1/search-index 403 insufficient_scope', async () => read(await viewer())],
  ['POST /v1/search-index/refresh 202', async () => refresh(await editor())],
  ['POST /v1/search-index/refresh 401 missing_token', () => refresh({})],
  ['POST /v1/search-index/refresh 403 insufficient_scope', async () => refresh(await viewer())],
])

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
