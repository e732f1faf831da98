import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/jobs-service.ts'
import { useApp } from '../../../test/use-app.ts'

const { ask, backend, pool } = await useApp({ WEBHOOK_ALLOWED_TARGETS: '127.0.0.1:9' })

type Method = Parameters<typeof ask>[0]
const nobody = { authorization: '' }
const viewer = () => asRole(backend, 'viewer')
const nowhere = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'
/** Nothing listens there. */
const endpoint = { url: 'http://127.0.0.1:9/hooks', events: ['order.paid'] }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const huge = { ...endpoint, url: `https://shop.example/${'x'.repeat(2_000_000)}` }
const internal = { url: 'http://169.254.169.254/' }

const path = (suffix = '') => `/webhook-endpoints${suffix}`
const create = (payload: object | string = endpoint, headers = {}) => ask('POST', path(), payload, headers)
/** Sends a request about an endpoint that exists. */
async function toOne(method: Method, suffix = '', payload?: object | string, headers = {}) {
  const { id } = (await create()).json<{ id: string }>()
  return ask(method, path(`/${id}${suffix}`), payload, headers)
}
const toNone = (method: Method, suffix = '', payload?: object) =>
  ask(method, path(`/${nowhere}${suffix}`), payload)
async function createOneMore() {
  await pool.query(
    "insert into webhook_endpoint (tenant, url, events, secret) select 'main', 'https://shop.example', '{}', '' from generate_series(1, 100)",
  )
  return create()
}
const change = { events: ['order.refunded'] }
const key = { 'idempotency-key': 'k' }
async function createAgain(payload: object) {
  await create(endpoint, key)
  return create(payload, key)
}
async function createDeleted() {
  const { id } = (await create(endpoint, key)).json<{ id: string }>()
  await ask('DELETE', path(`/${id}`))
  return create(endpoint, key)
}
/** The first request with the key holds its row until the transaction ends. */
async function createWhileFirstRuns() {
  const first = await pool.connect()
  try {
    await first.query('begin')
    await first.query(
      "insert into idempotency_keys (scope, key, fingerprint, expires_at) values ($1, 'k', '', now() + interval '1 hour')",
      ['main user:admin-of-the-test POST /v1/webhook-endpoints'],
    )
    return await create(endpoint, key)
  } finally {
    await first.query('rollback')
    first.release()
  }
}

testResponses('webhooks', [
  ['GET /v1/webhook-endpoints 200', () => ask('GET', path())],
  ['GET /v1/webhook-endpoints 400 invalid_cursor', () => ask('GET', path('?cursor=x'))],
  ['GET /v1/webhook-endpoints 401 missing_token', () => ask('GET', path(), undefined, nobody)],
  [
    'GET /v1/webhook-endpoints 403 insufficient_scope',
    async () => ask('GET', path(), undefined, await asRole(backend, 'guest')),
  ],
  ['POST /v1/webhook-endpoints 201', () => create()],
  ['POST /v1/webhook-endpoints 400 validation_failed', () => create({ ...endpoint, events: ['PAID'] })],
  ['POST /v1/webhook-endpoints 401 missing_token', () => create(endpoint, nobody)],
  ['POST /v1/webhook-endpoints 403 insufficient_scope', async () => create(endpoint, await viewer())],
  ['POST /v1/webhook-endpoints 404 webhook_endpoint_not_found', createDeleted],
  ['POST /v1/webhook-endpoints 409 too_many_webhook_endpoints', createOneMore],
  ['POST /v1/webhook-endpoints 409 idempotency_key_running', createWhileFirstRuns],
  ['POST /v1/webhook-endpoints 413 payload_too_large', () => create(huge)],
  ['POST /v1/webhook-endpoints 415 unsupported_media_type', () => create('url=x', form)],
  ['POST /v1/webhook-endpoints 422 webhook_target_refused', () => create({ ...endpoint, ...internal })],
  [
    'POST /v1/webhook-endpoints 422 idempotency_key_reused',
    () => createAgain({ ...endpoint, events: ['order.refunded'] }),
  ],
  ['GET /v1/webhook-endpoints/{id} 200', () => toOne('GET')],
  ['GET /v1/webhook-endpoints/{id} 400 validation_failed', () => ask('GET', path('/1'))],
  ['GET /v1/webhook-endpoints/{id} 401 missing_token', () => toOne('GET', '', undefined, nobody)],
  [
    'GET /v1/webhook-endpoints/{id} 403 insufficient_scope',
    async () => toOne('GET', '', undefined, await asRole(backend, 'guest')),
  ],
  ['GET /v1/webhook-endpoints/{id} 404 webhook_endpoint_not_found', () => toNone('GET')],
  ['PATCH /v1/webhook-endpoints/{id} 200', () => toOne('PATCH', '', change)],
  ['PATCH /v1/webhook-endpoints/{id} 400 validation_failed', () => toOne('PATCH', '', { state: 'off' })],
  ['PATCH /v1/webhook-endpoints/{id} 401 missing_token', () => toOne('PATCH', '', change, nobody)],
  [
    'PATCH /v1/webhook-endpoints/{id} 403 insufficient_scope',
    async () => toOne('PATCH', '', change, await viewer()),
  ],
  ['PATCH /v1/webhook-endpoints/{id} 404 webhook_endpoint_not_found', () => toNone('PATCH', '', change)],
  ['PATCH /v1/webhook-endpoints/{id} 413 payload_too_large', () => toOne('PATCH', '', huge)],
  ['PATCH /v1/webhook-endpoints/{id} 415 unsupported_media_type', () => toOne('PATCH', '', 'url=x', form)],
  ['PATCH /v1/webhook-endpoints/{id} 422 webhook_target_refused', () => toOne('PATCH', '', internal)],
  ['DELETE /v1/webhook-endpoints/{id} 204', () => toOne('DELETE')],
  ['DELETE /v1/webhook-endpoints/{id} 400 validation_failed', () => ask('DELETE', path('/1'))],
  ['DELETE /v1/webhook-endpoints/{id} 401 missing_token', () => toOne('DELETE', '', undefined, nobody)],
  [
    'DELETE /v1/webhook-endpoints/{id} 403 insufficient_scope',
    async () => toOne('DELETE', '', undefined, await viewer()),
  ],
  ['DELETE /v1/webhook-endpoints/{id} 404 webhook_endpoint_not_found', () => toNone('DELETE')],
  ['POST /v1/webhook-endpoints/{id}/rotate-secret 200', () => toOne('POST', '/rotate-secret')],
  [
    'POST /v1/webhook-endpoints/{id}/rotate-secret 400 validation_failed',
    () => ask('POST', path('/1/rotate-secret')),
  ],
  [
    'POST /v1/webhook-endpoints/{id}/rotate-secret 401 missing_token',
    () => toOne('POST', '/rotate-secret', undefined, nobody),
  ],
  [
    'POST /v1/webhook-endpoints/{id}/rotate-secret 403 insufficient_scope',
    async () => toOne('POST', '/rotate-secret', undefined, await viewer()),
  ],
  [
    'POST /v1/webhook-endpoints/{id}/rotate-secret 404 webhook_endpoint_not_found',
    () => toNone('POST', '/rotate-secret'),
  ],
  ['POST /v1/webhook-endpoints/{id}/test 202', () => toOne('POST', '/test')],
  ['POST /v1/webhook-endpoints/{id}/test 400 validation_failed', () => ask('POST', path('/1/test'))],
  ['POST /v1/webhook-endpoints/{id}/test 401 missing_token', () => toOne('POST', '/test', undefined, nobody)],
  [
    'POST /v1/webhook-endpoints/{id}/test 403 insufficient_scope',
    async () => toOne('POST', '/test', undefined, await viewer()),
  ],
  ['POST /v1/webhook-endpoints/{id}/test 404 webhook_endpoint_not_found', () => toNone('POST', '/test')],
])
