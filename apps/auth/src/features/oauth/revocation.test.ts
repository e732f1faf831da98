import { expect, test } from 'vitest'
import { nextMillisecond } from '../../../test/next-millisecond.ts'
import { basic, oauthRequests } from '../../../test/oauth-requests.ts'
import { useAuth } from '../../../test/use-auth.ts'

// POST /v1/oauth/revoke

const { backend, auth } = await useAuth()
const { client, createClient, post, tokenOf, isAccepted, introspect, signIn, actions } = oauthRequests(
  backend,
  auth,
)

test('200: a service revokes its token, and with it those issued before', async () => {
  const earlier = await tokenOf()
  await nextMillisecond(auth)
  const token = await tokenOf()
  await nextMillisecond(auth)
  const later = await tokenOf()
  const response = await post('revoke', { token, token_type_hint: 'access_token' }, basic(client()))
  expect(response.statusCode).toBe(200)
  expect(response.body).toBe('')
  expect([await isAccepted(earlier), await isAccepted(token), await isAccepted(later)]).toEqual([
    false,
    false,
    true,
  ])
  expect(await introspect(token)).toEqual({ active: false })
  expect(await actions()).toContain('auth.authn_token_revoked')
})

test.each(['refreshToken', 'accessToken'] as const)(
  '200: the public client ends a session by its %s, with a wrong hint too',
  async (kind) => {
    const session = await signIn()
    const form = { token: session[kind], client_id: 'web', token_type_hint: 'nonsense' }
    expect((await post('revoke', form)).statusCode).toBe(200)
    expect(await introspect(session.refreshToken)).toEqual({ active: false })
    expect(await introspect(session.accessToken)).toEqual({ active: false })
  },
)

test('200: a refresh token that has been rotated, within the grace period and after it, ends its session too', async () => {
  for (const waitMs of [0, 60_000]) {
    const { refreshToken, accessToken } = await signIn()
    const refresh = (token: string) =>
      auth.app.inject({ method: 'POST', url: '/v1/refresh', payload: { refreshToken: token } })
    const next = (await refresh(refreshToken)).json<{ accessToken: string; refreshToken: string }>()
    backend.clock.advance(waitMs)
    expect((await post('revoke', { token: refreshToken, client_id: 'web' })).statusCode).toBe(200)
    for (const token of [refreshToken, next.refreshToken]) expect((await refresh(token)).statusCode).toBe(401)
    for (const token of [accessToken, next.accessToken, next.refreshToken])
      expect(await introspect(token)).toEqual({ active: false })
  }
})

test("400 invalid_grant: another client's token, which stays valid", async () => {
  const other = await createClient('jobs')
  const token = await tokenOf(other)
  const { refreshToken } = await signIn()
  for (const stolen of [token, refreshToken]) {
    const response = await post('revoke', { token: stolen }, basic(client()))
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'invalid_grant' })
    expect(await introspect(stolen)).toMatchObject({ active: true })
  }
})

test('200: a token that is not valid, whatever is wrong with it', async () => {
  for (const token of ['x', 'a.b.c', 'rt_AAAA', 'a'.repeat(8_000)]) {
    expect((await post('revoke', { token }, basic(client()))).statusCode).toBe(200)
    expect((await post('revoke', { token, client_id: 'web' })).statusCode).toBe(200)
  }
})

test('401: a client that has a secret and does not send it; no client at all', async () => {
  const token = await tokenOf()
  expect((await post('revoke', { token, client_id: client().id })).statusCode).toBe(401)
  expect((await post('revoke', { token })).statusCode).toBe(401)
  expect(await isAccepted(token)).toBe(true)
})

test('400: without a token', async () => {
  expect((await post('revoke', {}, basic(client()))).json()).toMatchObject({ error: 'invalid_request' })
})
