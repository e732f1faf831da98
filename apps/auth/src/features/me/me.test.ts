import type { ResponseCase } from '@fondasi/testing'
import { describe, expect, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { type SignedIn, testPassword } from '../../../test/auth-service.ts'
import { loginRequests } from '../../../test/login-requests.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useTwoAuths } from '../../../test/use-auth.ts'

const { backend, auth, other } = await useTwoAuths()

const refresh = (refreshToken: string) =>
  auth.app.inject({ method: 'POST', url: '/v1/refresh', payload: { refreshToken } })
const me = (headers: SignedIn['headers'], instance = auth) => instance.app.inject({ url: '/v1/me', headers })
const login = (email: string) =>
  auth.app.inject({ method: 'POST', url: '/v1/login', payload: { email, password: testPassword } })
const deleteMe = (headers: SignedIn['headers'], password = testPassword) =>
  auth.app.inject({ method: 'DELETE', url: '/v1/me', headers, payload: { password } })

const huge = { name: 'x'.repeat(2_000_000) }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const user = async (roles: string[] = []) =>
  (await auth.signIn((await auth.createUser({ roles })).email)).headers
const valid = { GET: {}, PATCH: { name: 'Siti N.' }, DELETE: { password: testPassword } }
/** Sends a request with a valid body. */
const send = (
  method: 'GET' | 'PATCH' | 'DELETE',
  headers: object,
  payload: object | string = valid[method],
) =>
  auth.app.inject({
    method,
    url: '/v1/me',
    headers: { ...headers },
    ...(method !== 'GET' && { payload }),
  })

testResponses('me', [
  ['GET /v1/me 200', async () => send('GET', await user())],
  ['PATCH /v1/me 200', async () => send('PATCH', await user())],
  ['PATCH /v1/me 400 validation_failed', async () => send('PATCH', await user(), { name: '' })],
  ['PATCH /v1/me 413 payload_too_large', async () => send('PATCH', await user(), huge)],
  [
    'PATCH /v1/me 415 unsupported_media_type',
    async () => send('PATCH', { ...(await user()), ...form }, 'name=Siti'),
  ],
  ['DELETE /v1/me 204', async () => send('DELETE', await user())],
  ['DELETE /v1/me 400 validation_failed', async () => send('DELETE', await user(), {})],
  [
    'DELETE /v1/me 401 invalid_credentials',
    async () => send('DELETE', await user(), { password: 'not the password' }),
  ],
  ['DELETE /v1/me 409 last_admin', async () => send('DELETE', await user(['admin']))],
  ['DELETE /v1/me 413 payload_too_large', async () => send('DELETE', await user(), huge)],
  [
    'DELETE /v1/me 415 unsupported_media_type',
    async () => send('DELETE', { ...(await user()), ...form }, 'password=x'),
  ],
  ...(['GET', 'PATCH', 'DELETE'] as const).flatMap((method): ResponseCase[] => [
    [`${method} /v1/me 401 missing_token`, () => send(method, {})],
    [`${method} /v1/me 403 insufficient_scope`, async () => send(method, await asService(auth, 'catalog'))],
    // The token of an administrator who has no account.
    [`${method} /v1/me 404 user_not_found`, async () => send(method, await asAdmin(auth))],
  ]),
])

test('I can change my name and nothing else of my account', async () => {
  const { id, email } = await auth.createUser({ roles: ['editor'] })
  const { headers } = await auth.signIn(email)
  const patch = (payload: object) => auth.app.inject({ method: 'PATCH', url: '/v1/me', headers, payload })
  expect((await patch({ name: 'Siti N.' })).statusCode).toBe(200)
  for (const field of ['email', 'roles', 'id', 'passwordHash', 'disabledAt'])
    expect((await patch({ name: 'Siti', [field]: 'admin' })).statusCode).toBe(400)
  expect((await me(headers)).json()).toEqual({
    id,
    email,
    name: 'Siti N.',
    roles: ['editor'],
    createdAt: expect.any(String),
    passwordChangedAt: expect.any(String),
  })
})

describe('deleting my account', () => {
  test('ends every session on every instance, leaves no row behind, and frees the address', async () => {
    const { id, email } = await auth.createUser()
    const [here, there] = [await auth.signIn(email), await auth.signIn(email)]
    expect((await me(there.headers, other)).statusCode).toBe(200)
    expect((await deleteMe(here.headers)).statusCode).toBe(204)

    for (const { headers, refreshToken } of [here, there]) {
      expect((await me(headers)).statusCode).toBe(401)
      await expect.poll(async () => (await me(headers, other)).statusCode, { timeout: 60_000 }).toBe(401)
      expect((await refresh(refreshToken)).statusCode).toBe(401)
    }
    expect((await login(email)).statusCode).toBe(401)
    const left = await auth.deps.pool.query(
      'select id from users where id = $1 union all select id from sessions where user_id = $1',
      [id],
    )
    expect(left.rows).toEqual([])
    await auth.createUser({ email })
    expect((await login(email)).statusCode).toBe(200)
  })

  test('clears the refresh cookie', async () => {
    const { email } = await auth.createUser()
    const { headers } = await auth.signIn(email, 'cookie')
    expect(String((await deleteMe(headers)).headers['set-cookie'])).toMatch(/^rt=;/)
  })

  test('a stolen access token is not enough: guesses of the password are throttled', async () => {
    const { email } = await auth.createUser()
    const { headers } = await auth.signIn(email)
    for (let guess = 0; guess < 10; guess += 1)
      expect((await deleteMe(headers, `wrong guess ${guess}`)).statusCode).toBe(401)
    await loginRequests(backend, auth).prolongLocks()
    expect((await deleteMe(headers)).json()).toMatchObject({ status: 429, code: 'too_many_attempts' })
  })

  test('during refreshes and logins: no session survives and nothing fails', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { email } = await auth.createUser()
      const { headers, refreshToken } = await auth.signIn(email)
      const [deleted, ...answers] = await Promise.all([
        deleteMe(headers),
        ...Array.from({ length: 10 }, () => refresh(refreshToken)),
        ...Array.from({ length: 3 }, () => login(email)),
      ])
      expect(deleted.statusCode).toBe(204)
      for (const answer of answers) {
        expect([200, 401]).toContain(answer.statusCode)
        if (answer.statusCode !== 200) continue
        const tokens = answer.json<SignedIn>()
        const authorization = `Bearer ${tokens.accessToken}`
        expect((await me({ authorization })).statusCode).toBe(401)
        expect((await refresh(tokens.refreshToken)).statusCode).toBe(401)
      }
    }
  })
})
