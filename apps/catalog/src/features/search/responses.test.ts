import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/catalog-service.ts'
import { useCatalog } from '../../../test/use-catalog.ts'

const { backend, catalog } = await useCatalog()

const search = (q: string, headers = {}) =>
  catalog.app.inject({ url: '/v1/products/search', query: { q }, headers })
const explain = (q: string, headers = {}) =>
  catalog.app.inject({ url: '/v1/products/search/explain', query: { q }, headers })

testResponses('search', [
  ['GET /v1/products/search 200', () => search('shirt')],
  ['GET /v1/products/search 304', () => search('shirt', { 'if-none-match': '*' })],
  ['GET /v1/products/search 400 validation_failed', () => search('')],
  ['GET /v1/products/search 400 empty_query', () => search('!')],
  ['GET /v1/products/search 400 pure_negation', () => search('-shirt')],
  ['GET /v1/products/search/explain 200', async () => explain('shirt', await asRole(backend, 'admin'))],
  [
    'GET /v1/products/search/explain 304',
    async () => explain('shirt', { ...(await asRole(backend, 'admin')), 'if-none-match': '*' }),
  ],
  [
    'GET /v1/products/search/explain 400 pure_negation',
    async () => explain('-shirt', await asRole(backend, 'admin')),
  ],
  ['GET /v1/products/search/explain 401 missing_token', () => explain('shirt')],
  [
    'GET /v1/products/search/explain 403 insufficient_scope',
    async () => explain('shirt', await asRole(backend, 'editor')),
  ],
])
