import { expect, test } from 'vitest'
import { asRole } from '../../../../test/catalog-service.ts'
import { useCatalog } from '../../../../test/use-catalog.ts'

const { backend, catalog, shop } = await useCatalog()

const add = async (...titles: (string | { en: string; id: string })[]) => {
  const categoryId = await shop.category('all')
  for (const title of titles) await shop.product({ title, categoryId })
}

const explain = (q: string, headers = {}, more: Record<string, string> = {}) =>
  catalog.app.inject({ url: '/v1/products/search/explain', query: { q, ...more }, headers })

test('the explanation has every step, buffers and score parts; it needs products:explain', async () => {
  await add({ en: 'Cotton shirt', id: 'Kemeja katun' })
  await catalog.deps.searchIndex.refresh()
  const response = await explain('kemeja katun', await asRole(backend, 'admin'))
  expect(response.statusCode, response.body).toBe(200)
  expect(response.json()).toMatchObject({
    parsed: { wanted: [[{ text: 'kemeja', isPhrase: false }], [{ text: 'katun' }]], isOpenEnded: true },
    understood: {
      words: [{ text: 'kemeja', parts: [{ factor: 1, tsqueries: ["'en:kemeja'", "'kemeja'"] }, {}] }, {}],
      codeMatches: [],
    },
    plan: { segments: [{ match: 'all', tier: 'every' }, { match: 'some' }], expected: 1 },
    buffers: expect.any(Number),
    statements: expect.arrayContaining([
      expect.objectContaining({ sql: expect.stringMatching(/known_words/) }),
      expect.objectContaining({ sql: expect.stringMatching(/as coverage/) }),
    ]),
    scores: [{ coverage: 2, parts: [expect.any(Number), expect.any(Number)] }],
  })
  expect((await explain('kemeja')).statusCode).toBe(401)
  expect((await explain('kemeja', await asRole(backend, 'editor'))).json()).toMatchObject({
    status: 403,
    code: 'insufficient_scope',
  })
  const { buffers, statements } = response.json<{ buffers: number; statements: { buffers: number }[] }>()
  expect(buffers).toBe(statements.reduce((sum, each) => sum + each.buffers, 0))
  expect((await explain('-x', await asRole(backend, 'admin'))).json()).toMatchObject({
    code: 'pure_negation',
  })
})

test('any page of a search can be explained: sorted, with facets, a later one', async () => {
  await add('Shirt one', 'Shirt two', 'Shirt three')
  const admin = await asRole(backend, 'admin')
  const first = { q: 'shirt', sort: 'nameEn', limit: '1' }
  const { page } = (await catalog.app.inject({ url: '/v1/products/search', query: first })).json()
  const query = { sort: 'nameEn', limit: '1', facets: 'true', cursor: String(page.next) }
  const response = await explain('shirt', admin, query)
  expect(response.statusCode, response.body).toBe(200)
  const { statements, scores } = response.json()
  const [facets, sorted] = [/holds_|as facet/, /order by sort_key/].map((pattern) =>
    statements.find(({ sql }: { sql: string }) => pattern.test(sql)),
  )
  expect(facets.plan).toMatchObject({ 'Actual Rows': expect.any(Number) })
  // A limit of one, and one more row that shows whether there is a next page: after the cursor there are two.
  expect(sorted.plan).toMatchObject({ 'Actual Rows': 2 })
  expect(sorted.parameters).toContain('shirt one')
  expect(scores).toEqual([])
  const other = { ...query, sort: 'rating' }
  expect((await explain('shirt', admin, other)).json()).toMatchObject({ code: 'invalid_cursor' })
})
