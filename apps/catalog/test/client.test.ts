import { type CatalogApi, createClient } from '@fondasi/client'
import { expect, test } from 'vitest'
import { asRole } from './catalog-service.ts'
import { useCatalog } from './use-catalog.ts'

const { backend, catalog } = await useCatalog()
const baseUrl = await catalog.app.listen({ port: 0, host: '127.0.0.1' })
const anonymous = createClient<CatalogApi>({ baseUrl })
const editor = createClient<CatalogApi>({ baseUrl, token: async () => tokenOf('editor') })

async function tokenOf(role: 'editor') {
  const { authorization } = await asRole(backend, role)
  return authorization.replace('Bearer ', '')
}

test('client: a request with a token writes, and its data has the types of the API', async () => {
  const body = { slug: 'shirts', name: { en: 'Shirts', id: 'Kemeja' } }
  const { data, response } = await editor.POST('/v1/categories', { body })
  expect([response.status, data?.slugPath, data?.version]).toEqual([201, 'shirts', 1])
})

test('client: a failure has no data, and its error is the problem with its code', async () => {
  const params = { query: { q: '-red' } }
  const { data, error, response } = await anonymous.GET('/v1/products/search', { params })
  expect([response.status, data, error?.code]).toEqual([400, undefined, 'pure_negation'])
})

test('client: without a token, or with a bad one, the error has the code of the 401', async () => {
  const refused = createClient<CatalogApi>({ baseUrl, token: () => 'not-a-token' })
  const codes = [anonymous, refused].map(async (client) => {
    const { error, response } = await client.GET('/v1/synonyms')
    return [response.status, error?.code]
  })
  expect(await Promise.all(codes)).toEqual([
    [401, 'missing_token'],
    [401, 'invalid_token'],
  ])
})

test('client: the token is asked for before each request, so that it may change', async () => {
  const tokens = ['not-a-token', await tokenOf('editor')]
  const client = createClient<CatalogApi>({ baseUrl, token: () => tokens.shift() })
  const statuses = []
  for (let sent = 0; sent < 3; sent += 1) statuses.push((await client.GET('/v1/synonyms')).response.status)
  expect(statuses).toEqual([401, 200, 401])
})

test('client: a CSV file is sent as it is, with its type', async () => {
  const { data, response } = await editor.POST('/v1/imports', {
    params: { query: { dryRun: true } },
    headers: { 'content-type': 'text/csv' },
    body: 'sku,title.en\nKMJ-1,Shirt\n',
    bodySerializer: (text) => text,
  })
  expect([response.status, data?.rows.read]).toEqual([202, 1])
})
