import type { ResponseCase } from '@fondasi/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { publishedEvents } from '../../../test/editor.ts'
import { useCatalog } from '../../../test/use-catalog.ts'

const { backend, catalog, shop, ask } = await useCatalog()

const id = '01936f0e-8a3c-7cc2-9d1e-000000000001'
const otherId = '01936f0e-8a3c-7cc2-9d1e-000000000002'
const phone = { term: 'hp', replacements: ['ponsel', 'smart phone'] }
const put = (body: object | string = phone, headers: Record<string, string> = {}, at = id) =>
  ask('PUT', `/synonyms/${at}`, body, headers)
const list = (query = '', headers: Record<string, string> = {}) =>
  ask('GET', `/synonyms${query}`, undefined, headers)
const remove = (at: string, headers: Record<string, string> = {}) =>
  ask('DELETE', `/synonyms/${at}`, undefined, headers)

describe('every documented response', () => {
  const viewer = () => asRole(backend, 'viewer')
  const nobody = { authorization: '' }
  const huge = { term: 'x'.repeat(2_000_000) }
  const cases: ResponseCase[] = [
    ['GET /v1/synonyms 200', () => list()],
    ['GET /v1/synonyms 304', () => list('', { 'if-none-match': '*' })],
    ['GET /v1/synonyms 400 invalid_cursor', () => list('?cursor=x')],
    ['GET /v1/synonyms 401 missing_token', () => list('', nobody)],
    ['GET /v1/synonyms 403 insufficient_scope', async () => list('', await viewer())],
    ['PUT /v1/synonyms/{id} 200', () => put()],
    ['PUT /v1/synonyms/{id} 400 validation_failed', () => put({ ...phone, term: 'two words' })],
    ['PUT /v1/synonyms/{id} 401 missing_token', () => put(phone, nobody)],
    ['PUT /v1/synonyms/{id} 403 insufficient_scope', async () => put(phone, await viewer())],
    ['PUT /v1/synonyms/{id} 409 synonym_exists', () => put({ ...phone, term: 'HP' }, {}, otherId)],
    ['PUT /v1/synonyms/{id} 413 payload_too_large', () => put(huge)],
    ['PUT /v1/synonyms/{id} 415 unsupported_media_type', () => put('a', { 'content-type': 'text/csv' })],
    ['DELETE /v1/synonyms/{id} 204', () => remove(id)],
    ['DELETE /v1/synonyms/{id} 400 validation_failed', () => remove('hp')],
    ['DELETE /v1/synonyms/{id} 401 missing_token', () => remove(id, nobody)],
    ['DELETE /v1/synonyms/{id} 403 insufficient_scope', async () => remove(id, await viewer())],
    ['DELETE /v1/synonyms/{id} 404 synonym_not_found', () => remove(otherId)],
  ]
  beforeEach(() => put())
  testResponses('synonyms', cases)
})

test('the next search uses a new or changed synonym, and ignores a deleted one', async () => {
  const categoryId = await shop.category('all')
  for (const title of ['Ponsel merah', 'Smart phone', 'Printer']) await shop.product({ title, categoryId })
  const found = async () => {
    const { items } = (await catalog.app.inject('/v1/products/search?q=hp')).json<{
      items: { title: { en: string } }[]
    }>()
    return items.map(({ title }) => title.en).toSorted()
  }
  expect(await found()).toEqual([])
  await put({ term: 'HP', replacements: ['PONSEL', 'smart phone'] })
  expect(await found()).toEqual(['Ponsel merah', 'Smart phone'])
  await put({ term: 'hp', replacements: ['printer'] })
  expect(await found()).toEqual(['Printer'])
  expect((await list()).json()).toMatchObject({ items: [{ id, term: 'hp', replacements: ['printer'] }] })
  await remove(id)
  expect(await found()).toEqual([])
  expect(await publishedEvents(catalog)).toEqual(['synonym_updated', 'synonym_updated', 'synonym_deleted'])
})

test.each([
  [{ term: "hp' | 'x", replacements: ['a'] }],
  [{ term: 'hp', replacements: ['!!!'] }],
  [{ term: 'hp', replacements: ["a' & 'b"] }],
  [{ term: 'hp', replacements: [] }],
  [{ term: 'hp', replacements: ['a\u0000'] }],
  [{ term: 'hp', replacements: Array(21).fill('a') }],
  [{ term: 'ʼ', replacements: ['a'] }],
  [{ term: 'hp', replacements: 'a' }],
])('%j is 400', async (body) => {
  expect((await put(body)).json()).toMatchObject({ status: 400, code: 'validation_failed' })
})
