import { testResponses } from '../../../test/api-description.ts'
import { asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { auth } = await useAuth()

const unknownId = '01936f0e-8a3c-7cc2-9d1e-000000000000'
const crossSite = { 'sec-fetch-site': 'cross-site' }
const huge = { refreshToken: 'x'.repeat(2_000_000) }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const signIn = async () => auth.signIn((await auth.createUser()).email)
const user = async () => (await signIn()).headers
const service = () => asService(auth, 'catalog')
const post = (path: string, payload: object | string, headers = {}) =>
  auth.app.inject({ method: 'POST', url: `/v1/${path}`, payload, headers })
const tokenOf = async () => ({ refreshToken: (await signIn()).refreshToken })
const list = (headers: object, query = '') =>
  auth.app.inject({ url: `/v1/sessions${query}`, headers: { ...headers } })
const end = (headers: object, which = '') =>
  auth.app.inject({ method: 'DELETE', url: `/v1/sessions${which}`, headers: { ...headers } })

testResponses('sessions', [
  ['POST /v1/refresh 200', async () => post('refresh', await tokenOf())],
  ['POST /v1/refresh 400 validation_failed', () => post('refresh', { refreshToken: 1 })],
  ['POST /v1/refresh 401 invalid_grant', () => post('refresh', { refreshToken: 'rt_unknown' })],
  ['POST /v1/refresh 403 cross_site_request', async () => post('refresh', await tokenOf(), crossSite)],
  ['POST /v1/refresh 413 payload_too_large', () => post('refresh', huge)],
  ['POST /v1/refresh 415 unsupported_media_type', () => post('refresh', 'refreshToken=x', form)],
  ['POST /v1/logout 204', async () => post('logout', await tokenOf())],
  ['POST /v1/logout 400 validation_failed', () => post('logout', { refreshToken: 1 })],
  ['POST /v1/logout 403 cross_site_request', async () => post('logout', await tokenOf(), crossSite)],
  ['POST /v1/logout 413 payload_too_large', () => post('logout', huge)],
  ['POST /v1/logout 415 unsupported_media_type', () => post('logout', 'refreshToken=x', form)],
  ['GET /v1/sessions 200', async () => list(await user())],
  ['GET /v1/sessions 400 invalid_cursor', async () => list(await user(), '?cursor=x')],
  ['GET /v1/sessions 401 missing_token', () => list({})],
  ['GET /v1/sessions 403 insufficient_scope', async () => list(await service())],
  ['DELETE /v1/sessions 204', async () => end(await user())],
  ['DELETE /v1/sessions 400 validation_failed', async () => end(await user(), '?keep=all')],
  ['DELETE /v1/sessions 401 missing_token', () => end({})],
  ['DELETE /v1/sessions 403 insufficient_scope', async () => end(await service())],
  [
    'DELETE /v1/sessions/{id} 204',
    async () => {
      const headers = await user()
      const [session] = (await list(headers)).json<{ items: { id: string }[] }>().items
      return end(headers, `/${session?.id}`)
    },
  ],
  ['DELETE /v1/sessions/{id} 400 validation_failed', async () => end(await user(), '/current')],
  ['DELETE /v1/sessions/{id} 401 missing_token', () => end({}, `/${unknownId}`)],
  ['DELETE /v1/sessions/{id} 403 insufficient_scope', async () => end(await service(), `/${unknownId}`)],
  ['DELETE /v1/sessions/{id} 404 session_not_found', async () => end(await user(), `/${unknownId}`)],
])
