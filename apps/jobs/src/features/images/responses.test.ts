import { testResponses } from '../../../test/api-description.ts'
import { asRole } from '../../../test/jobs-service.ts'
import { form } from '../../../test/multipart.ts'
import { useApi } from '../../../test/use-api.ts'

const { backend, api } = await useApi([])
const jpeg = Buffer.from('\xff\xd8\xff\xe0 and so on', 'latin1')

const post = async (
  { payload, headers }: { payload: Buffer | string; headers: Record<string, string> },
  by?: Record<string, string>,
) =>
  api.app.inject({
    method: 'POST',
    url: '/v1/images',
    headers: { ...headers, ...(by ?? (await asRole(backend, 'admin'))) },
    payload,
  })

testResponses('images', [
  ['POST /v1/images 201', () => post(form(jpeg))],
  ['POST /v1/images 400 malformed_body', () => post({ ...form(jpeg), payload: 'no form' })],
  ['POST /v1/images 401 missing_token', () => post(form(jpeg), {})],
  ['POST /v1/images 403 insufficient_scope', async () => post(form(jpeg), await asRole(backend, 'viewer'))],
  [
    'POST /v1/images 413 payload_too_large',
    () => post(form(Buffer.concat([jpeg, Buffer.alloc(26 * 1024 * 1024)]))),
  ],
  ['POST /v1/images 415 unsupported_media_type', () => post(form(Buffer.from('<svg/> and so on')))],
  [
    'POST /v1/images 415 unsupported_media_type',
    () => post({ payload: '{}', headers: { 'content-type': 'application/json' } }),
  ],
])
