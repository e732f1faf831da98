import { testResponses } from '../../../test/api-description.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { auth } = await useAuth()

const jobs = { id: 'jobs', name: 'Jobs', scopes: [] }
const huge = { ...jobs, name: 'x'.repeat(2_000_000) }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const nobody = { authorization: '' }
const service = () => asService(auth, 'catalog')

async function send(
  method: 'GET' | 'POST' | 'DELETE',
  path = '',
  payload?: object | string,
  headers: Record<string, string> = {},
) {
  return auth.app.inject({
    method,
    url: `/v1/admin/clients${path}`,
    headers: { ...(await asAdmin(auth)), ...headers },
    ...(payload !== undefined && { payload }),
  })
}
const create = (payload: object | string = jobs, headers = {}) => send('POST', '', payload, headers)
/** Sends a request about a client that exists. */
async function toJobs(...[method, path, payload]: Parameters<typeof send>) {
  await create()
  return send(method, `/jobs${path}`, payload)
}

testResponses('clients', [
  ['GET /v1/admin/clients 200', () => send('GET')],
  ['GET /v1/admin/clients 400 invalid_cursor', () => send('GET', '?cursor=x')],
  ['GET /v1/admin/clients 401 missing_token', () => send('GET', '', undefined, nobody)],
  ['GET /v1/admin/clients 403 insufficient_scope', async () => send('GET', '', undefined, await service())],
  ['POST /v1/admin/clients 201', () => create()],
  ['POST /v1/admin/clients 400 validation_failed', () => create({ ...jobs, id: 'Jobs' })],
  ['POST /v1/admin/clients 401 missing_token', () => create(jobs, nobody)],
  ['POST /v1/admin/clients 403 insufficient_scope', async () => create(jobs, await service())],
  ['POST /v1/admin/clients 409 client_exists', () => create({ ...jobs, id: 'web' })],
  ['POST /v1/admin/clients 413 payload_too_large', () => create(huge)],
  ['POST /v1/admin/clients 415 unsupported_media_type', () => create('id=jobs', form)],
  [
    'POST /v1/admin/clients 422 idempotency_key_reused',
    async () => {
      const key = { 'idempotency-key': 'key-1' }
      await create(jobs, key)
      return create({ ...jobs, name: 'Other jobs' }, key)
    },
  ],
  ['POST /v1/admin/clients/{id}/rotate-secret 200', () => toJobs('POST', '/rotate-secret', {})],
  [
    'POST /v1/admin/clients/{id}/rotate-secret 400 validation_failed',
    () => toJobs('POST', '/rotate-secret', { previousSecretValidSeconds: -1 }),
  ],
  [
    'POST /v1/admin/clients/{id}/rotate-secret 401 missing_token',
    () => send('POST', '/jobs/rotate-secret', {}, nobody),
  ],
  [
    'POST /v1/admin/clients/{id}/rotate-secret 403 insufficient_scope',
    async () => send('POST', '/jobs/rotate-secret', {}, await service()),
  ],
  [
    'POST /v1/admin/clients/{id}/rotate-secret 404 client_not_found',
    () => send('POST', '/jobs/rotate-secret', {}),
  ],
  [
    'POST /v1/admin/clients/{id}/rotate-secret 413 payload_too_large',
    () => send('POST', '/jobs/rotate-secret', huge),
  ],
  [
    'POST /v1/admin/clients/{id}/rotate-secret 415 unsupported_media_type',
    () => send('POST', '/jobs/rotate-secret', 'a=b', form),
  ],
  ['DELETE /v1/admin/clients/{id} 204', () => toJobs('DELETE', '')],
  ['DELETE /v1/admin/clients/{id} 400 validation_failed', () => send('DELETE', '/Jobs')],
  ['DELETE /v1/admin/clients/{id} 401 missing_token', () => send('DELETE', '/jobs', undefined, nobody)],
  [
    'DELETE /v1/admin/clients/{id} 403 insufficient_scope',
    async () => send('DELETE', '/jobs', undefined, await service()),
  ],
  ['DELETE /v1/admin/clients/{id} 404 client_not_found', () => send('DELETE', '/jobs')],
])
