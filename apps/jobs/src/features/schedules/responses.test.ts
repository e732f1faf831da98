import { z } from 'zod'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { defineJob } from '../kinds/define-job.ts'

const act = defineJob({
  name: 'act.now',
  queue: 'acts',
  payload: z.strictObject({ text: z.string() }),
  handler: async () => {},
})
const { backend, ask } = await useApi([act])
const id = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'
const body = { kind: 'act.now', payload: { text: 'a' }, cron: '0 8 * * *' }
const anonymous = { authorization: '' }
const guest = () => asRole(backend, 'guest')
const viewer = () => asRole(backend, 'viewer')
const put = (payload: object | string = body, headers = {}, at = id) =>
  ask('PUT', `/schedules/${at}`, payload, headers)
const after = async (send: () => ReturnType<typeof ask>) => {
  await put()
  return send()
}
const one = (method: 'GET' | 'DELETE', headers = {}, at = id) =>
  ask(method, `/schedules/${at}`, undefined, headers)

testResponses('schedules', [
  ['GET /v1/schedules 200', () => after(() => ask('GET', '/schedules'))],
  ['GET /v1/schedules 400 invalid_cursor', () => ask('GET', '/schedules?cursor=x')],
  ['GET /v1/schedules 401 missing_token', () => ask('GET', '/schedules', undefined, anonymous)],
  [
    'GET /v1/schedules 403 insufficient_scope',
    async () => ask('GET', '/schedules', undefined, await guest()),
  ],
  ['GET /v1/schedules/{id} 200', () => after(() => one('GET'))],
  ['GET /v1/schedules/{id} 400 validation_failed', () => one('GET', {}, 'x')],
  ['GET /v1/schedules/{id} 401 missing_token', () => one('GET', anonymous)],
  ['GET /v1/schedules/{id} 403 insufficient_scope', async () => one('GET', await guest())],
  ['GET /v1/schedules/{id} 404 schedule_not_found', () => one('GET')],
  ['PUT /v1/schedules/{id} 200', () => put()],
  ['PUT /v1/schedules/{id} 400 validation_failed', () => put({ ...body, cron: '61 * * * *' })],
  ['PUT /v1/schedules/{id} 401 missing_token', () => put(body, anonymous)],
  ['PUT /v1/schedules/{id} 403 insufficient_scope', async () => put(body, await viewer())],
  [
    'PUT /v1/schedules/{id} 404 schedule_not_found',
    async () => {
      await put(body, await asRole(backend, 'editor', 'other'))
      return put()
    },
  ],
  [
    'PUT /v1/schedules/{id} 413 payload_too_large',
    () => put({ ...body, payload: { text: 'x'.repeat(70_000) } }),
  ],
  ['PUT /v1/schedules/{id} 415 unsupported_media_type', () => put('a', { 'content-type': 'text/csv' })],
  ['PUT /v1/schedules/{id} 422 schedule_never_due', () => put({ ...body, cron: '0 0 30 2 *' })],
  ['PUT /v1/schedules/{id} 422 unknown_kind', () => put({ ...body, kind: 'act.later' })],
  ['PUT /v1/schedules/{id} 422 invalid_payload', () => put({ ...body, payload: { text: 1 } })],
  ['DELETE /v1/schedules/{id} 204', () => after(() => one('DELETE'))],
  ['DELETE /v1/schedules/{id} 400 validation_failed', () => one('DELETE', {}, 'x')],
  ['DELETE /v1/schedules/{id} 401 missing_token', () => one('DELETE', anonymous)],
  ['DELETE /v1/schedules/{id} 403 insufficient_scope', async () => one('DELETE', await viewer())],
  ['DELETE /v1/schedules/{id} 404 schedule_not_found', () => one('DELETE')],
])
