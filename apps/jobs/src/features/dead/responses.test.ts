import { z } from 'zod'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { defineJob } from '../kinds/define-job.ts'

const note = defineJob({
  name: 'note.take',
  queue: 'notes',
  payload: z.strictObject({ text: z.string() }),
  handler: async () => {},
})
const { backend, pool, ask } = await useApi([note])

const unknownId = '01936f0e-8a3c-7cc2-9d1e-000000000000'
const huge = { note: 'x'.repeat(2_000_000) }
const csv = { 'content-type': 'text/csv' }
const anonymous = { authorization: '' }
const guest = () => asRole(backend, 'guest')
const editor = () => asRole(backend, 'editor')
/** @returns the id of an open dead letter */
async function letter(change: { kind?: string; text?: unknown; status?: string } = {}): Promise<string> {
  const { kind = 'note.take', text = 'a', status = 'open' } = change
  const { rows } = await pool.query<{ id: string }>(
    `with died as (
       insert into job (tenant, kind, queue, payload, state) values ('main', $1, 'notes', $2, 11) returning id
     )
     insert into dead (job_id, tenant, kind, queue, reason, fingerprint, first_failed_at, worker, release, status)
     select id, 'main', $1, 'notes', 'exhausted', 'f', now(), 'w', 'r', $3 from died returning id`,
    [kind, { text }, status],
  )
  return rows[0]?.id ?? ''
}
const get = (url: string, headers = {}) => ask('GET', url, undefined, headers)
const redrive = (id: string, body: object | string = {}, headers = {}) =>
  ask('POST', `/dead/${id}/redrive`, body, headers)
const discard = (id: string, body: object | string = {}, headers = {}) =>
  ask('POST', `/dead/${id}/discard`, body, headers)
const redrives = (body: object | string, headers = {}) => ask('POST', '/dead/redrives', body, headers)
const discards = (body: object | string, headers = {}) => ask('POST', '/dead/discards', body, headers)
const all = { filter: {} }

testResponses('dead letters', [
  ['GET /v1/dead 200', () => get('/dead?status=open&kind=note.take')],
  ['GET /v1/dead 400 validation_failed', () => get('/dead?reason=bored')],
  ['GET /v1/dead 401 missing_token', () => get('/dead', anonymous)],
  ['GET /v1/dead 403 insufficient_scope', async () => get('/dead', await guest())],
  [
    'GET /v1/dead/groups 200',
    async () => {
      await letter()
      return get('/dead/groups')
    },
  ],
  ['GET /v1/dead/groups 400 validation_failed', () => get('/dead/groups?status=open')],
  ['GET /v1/dead/groups 401 missing_token', () => get('/dead/groups', anonymous)],
  ['GET /v1/dead/groups 403 insufficient_scope', async () => get('/dead/groups', await guest())],
  ['GET /v1/dead/{id} 200', async () => get(`/dead/${await letter()}`)],
  ['GET /v1/dead/{id} 400 validation_failed', () => get('/dead/x')],
  ['GET /v1/dead/{id} 401 missing_token', () => get(`/dead/${unknownId}`, anonymous)],
  ['GET /v1/dead/{id} 403 insufficient_scope', async () => get(`/dead/${unknownId}`, await guest())],
  ['GET /v1/dead/{id} 404 dead_letter_not_found', () => get(`/dead/${unknownId}`)],
  ['POST /v1/dead/{id}/redrive 202', async () => redrive(await letter())],
  ['POST /v1/dead/{id}/redrive 400 validation_failed', () => redrive('x')],
  ['POST /v1/dead/{id}/redrive 401 missing_token', () => redrive(unknownId, {}, anonymous)],
  ['POST /v1/dead/{id}/redrive 403 insufficient_scope', async () => redrive(unknownId, {}, await editor())],
  ['POST /v1/dead/{id}/redrive 404 dead_letter_not_found', () => redrive(unknownId)],
  [
    'POST /v1/dead/{id}/redrive 409 dead_letter_closed',
    async () => redrive(await letter({ status: 'discarded' })),
  ],
  ['POST /v1/dead/{id}/redrive 413 payload_too_large', () => redrive(unknownId, huge)],
  [
    'POST /v1/dead/{id}/redrive 413 payload_too_large',
    async () => redrive(await letter(), { payload: { text: 'x'.repeat(70_000) } }),
  ],
  ['POST /v1/dead/{id}/redrive 415 unsupported_media_type', () => redrive(unknownId, 'a', csv)],
  ['POST /v1/dead/{id}/redrive 422 invalid_payload', async () => redrive(await letter({ text: 1 }))],
  [
    'POST /v1/dead/{id}/redrive 422 invalid_payload',
    async () => redrive(await letter(), { payload: { text: 'a\0b' } }),
  ],
  ['POST /v1/dead/{id}/redrive 422 unknown_kind', async () => redrive(await letter({ kind: 'note.lose' }))],
  ['POST /v1/dead/redrives 200', () => redrives({ ...all, dryRun: true })],
  ['POST /v1/dead/redrives 400 validation_failed', () => redrives({ ...all, ids: [unknownId] })],
  ['POST /v1/dead/redrives 401 missing_token', () => redrives(all, anonymous)],
  ['POST /v1/dead/redrives 403 insufficient_scope', async () => redrives(all, await editor())],
  ['POST /v1/dead/redrives 413 payload_too_large', () => redrives(huge)],
  ['POST /v1/dead/redrives 415 unsupported_media_type', () => redrives('a', csv)],
  ['POST /v1/dead/{id}/discard 204', async () => discard(await letter())],
  ['POST /v1/dead/{id}/discard 400 validation_failed', () => discard('x')],
  ['POST /v1/dead/{id}/discard 401 missing_token', () => discard(unknownId, {}, anonymous)],
  ['POST /v1/dead/{id}/discard 403 insufficient_scope', async () => discard(unknownId, {}, await editor())],
  ['POST /v1/dead/{id}/discard 404 dead_letter_not_found', () => discard(unknownId)],
  [
    'POST /v1/dead/{id}/discard 409 dead_letter_closed',
    async () => discard(await letter({ status: 'redriven' })),
  ],
  ['POST /v1/dead/{id}/discard 413 payload_too_large', () => discard(unknownId, huge)],
  ['POST /v1/dead/{id}/discard 415 unsupported_media_type', () => discard(unknownId, 'a', csv)],
  ['POST /v1/dead/discards 200', () => discards(all)],
  ['POST /v1/dead/discards 400 validation_failed', () => discards({})],
  ['POST /v1/dead/discards 401 missing_token', () => discards(all, anonymous)],
  ['POST /v1/dead/discards 403 insufficient_scope', async () => discards(all, await editor())],
  ['POST /v1/dead/discards 413 payload_too_large', () => discards(huge)],
  ['POST /v1/dead/discards 415 unsupported_media_type', () => discards('a', csv)],
])
