import { z } from 'zod'
import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/jobs-service.ts'
import { useApi } from '../../../test/use-api.ts'
import { tenant } from '../../../test/use-core.ts'
import { defineJob } from '../kinds/define-job.ts'
import { createBlob } from './store.ts'

const act = defineJob({ name: 'act.now', queue: 'acts', payload: z.json(), handler: async () => {} })
const { backend, core, pool, ask } = await useApi([act])

/** A job in some state, whose result is a file or a number. */
async function made({ state = 10, file = false } = {}): Promise<string> {
  const id = await core.enqueuer.enqueue(act, {}, { tenant, delayMs: 60_000 })
  const writer = await createBlob(core.db, { tenant, contentType: 'text/csv', fileName: 'a.csv' })
  await writer.write(Buffer.from('a,b'))
  await writer.finish(1)
  const blobId = file ? writer.id : null
  await pool.query("update job set state = $2, result = '3', result_blob = $3 where id = $1", [
    id,
    state,
    blobId,
  ])
  return id
}
const result = async (id: string, headers = {}) => ask('GET', `/jobs/${id}/result`, undefined, headers)

testResponses('results', [
  ['GET /v1/jobs/{id}/result 200', async () => result(await made())],
  ['GET /v1/jobs/{id}/result 200', async () => result(await made({ file: true }))],
  ['GET /v1/jobs/{id}/result 400 validation_failed', () => result('x')],
  ['GET /v1/jobs/{id}/result 401 missing_token', async () => result(await made(), { authorization: '' })],
  [
    'GET /v1/jobs/{id}/result 403 insufficient_scope',
    async () => result(await made(), await asRole(backend, 'guest')),
  ],
  [
    'GET /v1/jobs/{id}/result 404 job_not_found',
    async () => result(await made(), await asRole(backend, 'viewer', 'other')),
  ],
  ['GET /v1/jobs/{id}/result 409 job_without_result', async () => result(await made({ state: 11 }))],
  [
    'GET /v1/jobs/{id}/result 410 result_expired',
    async () => {
      const id = await made({ file: true })
      await pool.query('update blob set expires_at = now()')
      return result(id)
    },
  ],
])
