import { z } from 'zod'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { defineJob } from '../kinds/define-job.ts'
import type { Job } from './schemas.ts'

const note = defineJob({
  name: 'note.take',
  queue: 'notes',
  payload: z.strictObject({ text: z.string() }),
  handler: async () => {},
})
const { backend, pool, ask } = await useApi([note])

const unknownId = '01936f0e-8a3c-7cc2-9d1e-000000000000'
const body = { kind: 'note.take', payload: { text: 'a' }, delaySeconds: 60 }
const huge = { ...body, payload: { text: 'x'.repeat(9_000_000) } }
const csv = { 'content-type': 'text/csv' }
const anonymous = { authorization: '' }
const viewer = () => asRole(backend, 'viewer')
const stranger = () => asRole(backend, 'viewer', 'other')
const noPermission = () => asRole(backend, 'guest')
const post = (payload: object | string, headers = {}) => ask('POST', '/jobs', payload, headers)
const batch = (payload: object | string, headers = {}) => ask('POST', '/jobs/batch', payload, headers)
const events = (id: string, headers = {}) => ask('GET', `/jobs/${id}/events`, undefined, headers)
const made = async (state?: number) => {
  const { id } = (await post(body)).json<Job>()
  if (state !== undefined) await pool.query('update job set state = $2 where id = $1', [id, state])
  return id
}
/** A request whose first one, with the same key, still holds the row of the key. */
const whileFirstRuns = async (send: () => ReturnType<typeof ask>, route: string) => {
  const holder = await pool.connect()
  await holder.query('begin')
  await holder.query(
    `insert into idempotency_keys (scope, key, fingerprint, expires_at) values ($1, 'k', '', now() + interval '1 hour')`,
    [`main ${route}`],
  )
  try {
    return await send()
  } finally {
    await holder.query('rollback')
    holder.release()
  }
}
const key = { 'idempotency-key': 'k' }

testResponses('jobs', [
  ['POST /v1/jobs 202', () => post(body)],
  ['POST /v1/jobs 400 validation_failed', () => post({ kind: 1 })],
  ['POST /v1/jobs 401 missing_token', () => post(body, anonymous)],
  ['POST /v1/jobs 403 insufficient_scope', async () => post(body, await viewer())],
  ['POST /v1/jobs 409 idempotency_key_running', () => whileFirstRuns(() => post(body, key), 'POST /v1/jobs')],
  ['POST /v1/jobs 413 payload_too_large', () => post({ ...body, payload: { text: 'x'.repeat(70_000) } })],
  ['POST /v1/jobs 413 payload_too_large', () => post(huge)],
  ['POST /v1/jobs 415 unsupported_media_type', () => post('a', csv)],
  ['POST /v1/jobs 422 unknown_kind', () => post({ ...body, kind: 'note.lose' })],
  ['POST /v1/jobs 422 invalid_payload', () => post({ ...body, payload: { text: 'a\0b' } })],
  ['POST /v1/jobs/batch 202', () => batch({ jobs: [body] })],
  ['POST /v1/jobs/batch 400 validation_failed', () => batch({ jobs: [] })],
  ['POST /v1/jobs/batch 401 missing_token', () => batch({ jobs: [body] }, anonymous)],
  ['POST /v1/jobs/batch 403 insufficient_scope', async () => batch({ jobs: [body] }, await viewer())],
  [
    'POST /v1/jobs/batch 409 idempotency_key_running',
    () => whileFirstRuns(() => batch({ jobs: [body] }, key), 'POST /v1/jobs/batch'),
  ],
  ['POST /v1/jobs/batch 413 payload_too_large', () => batch({ jobs: [huge] })],
  ['POST /v1/jobs/batch 415 unsupported_media_type', () => batch('a', csv)],
  ['POST /v1/jobs/batch 422 invalid_payload', () => batch({ jobs: [body, { ...body, payload: 1 }] })],
  ['GET /v1/jobs 200', () => ask('GET', '/jobs')],
  ['GET /v1/jobs 400 invalid_cursor', () => ask('GET', '/jobs?cursor=x')],
  ['GET /v1/jobs 401 missing_token', () => ask('GET', '/jobs', undefined, anonymous)],
  ['GET /v1/jobs 403 insufficient_scope', async () => ask('GET', '/jobs', undefined, await noPermission())],
  ['GET /v1/jobs/{id} 200', async () => ask('GET', `/jobs/${await made()}`)],
  ['GET /v1/jobs/{id} 400 validation_failed', () => ask('GET', '/jobs/x')],
  ['GET /v1/jobs/{id} 401 missing_token', () => ask('GET', `/jobs/${unknownId}`, undefined, anonymous)],
  [
    'GET /v1/jobs/{id} 403 insufficient_scope',
    async () => ask('GET', `/jobs/${unknownId}`, undefined, await noPermission()),
  ],
  [
    'GET /v1/jobs/{id} 404 job_not_found',
    async () => ask('GET', `/jobs/${await made()}`, undefined, await stranger()),
  ],
  ['GET /v1/jobs/{id}/events 200', async () => events(await made(10))],
  ['GET /v1/jobs/{id}/events 400 validation_failed', () => events('x')],
  ['GET /v1/jobs/{id}/events 401 missing_token', () => events(unknownId, anonymous)],
  ['GET /v1/jobs/{id}/events 403 insufficient_scope', async () => events(unknownId, await noPermission())],
  ['GET /v1/jobs/{id}/events 404 job_not_found', async () => events(await made(), await stranger())],
  ['POST /v1/jobs/{id}/cancel 202', async () => ask('POST', `/jobs/${await made()}/cancel`)],
  ['POST /v1/jobs/{id}/cancel 400 validation_failed', () => ask('POST', '/jobs/x/cancel')],
  [
    'POST /v1/jobs/{id}/cancel 401 missing_token',
    () => ask('POST', `/jobs/${unknownId}/cancel`, undefined, anonymous),
  ],
  [
    'POST /v1/jobs/{id}/cancel 403 insufficient_scope',
    async () => ask('POST', `/jobs/${unknownId}/cancel`, undefined, await viewer()),
  ],
  ['POST /v1/jobs/{id}/cancel 404 job_not_found', () => ask('POST', `/jobs/${unknownId}/cancel`)],
  ['POST /v1/jobs/{id}/cancel 409 job_final', async () => ask('POST', `/jobs/${await made(10)}/cancel`)],
  [
    'POST /v1/jobs/{id}/release 202',
    async () => {
      const id = await made()
      await pool.query(`insert into set_aside (job_id, step, reason) values ($1, 'claim', 'x')`, [id])
      return ask('POST', `/jobs/${id}/release`)
    },
  ],
  ['POST /v1/jobs/{id}/release 400 validation_failed', () => ask('POST', '/jobs/x/release')],
  [
    'POST /v1/jobs/{id}/release 401 missing_token',
    () => ask('POST', `/jobs/${unknownId}/release`, undefined, anonymous),
  ],
  [
    'POST /v1/jobs/{id}/release 403 insufficient_scope',
    async () => ask('POST', `/jobs/${unknownId}/release`, undefined, await asRole(backend, 'editor')),
  ],
  ['POST /v1/jobs/{id}/release 404 job_not_found', () => ask('POST', `/jobs/${unknownId}/release`)],
  [
    'POST /v1/jobs/{id}/release 409 job_not_set_aside',
    async () => ask('POST', `/jobs/${await made()}/release`),
  ],
])
