import { describe, expect, test } from 'vitest'
import { documentedAnswers } from '../../../test/api-description.ts'
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

describe('every documented response', () => {
  const good = { GET: undefined, PATCH: { name: 'Siti N.' }, DELETE: { password: testPassword } }
  type Method = keyof typeof good
  /** The sender and the body. `nobody` has a token and no account. */
  const cases: [Method, number, string | undefined, keyof typeof askers, (object | string)?][] = [
    ['GET', 200, undefined, 'user'],
    ['PATCH', 200, undefined, 'user'],
    ['DELETE', 204, undefined, 'user'],
    ['PATCH', 400, 'validation_failed', 'user', { name: '' }],
    ['DELETE', 400, 'validation_failed', 'user', {}],
    ['DELETE', 401, 'invalid_credentials', 'user', { password: 'not the password' }],
    ['PATCH', 415, 'unsupported_media_type', 'user', 'name=Siti'],
    ['DELETE', 415, 'unsupported_media_type', 'user', 'password=x'],
    ['DELETE', 409, 'last_admin', 'lastAdmin'],
    ...(['GET', 'PATCH', 'DELETE'] as const).flatMap((method): typeof cases => [
      [method, 401, 'missing_token', 'anonymous'],
      [method, 403, 'insufficient_scope', 'service'],
      [method, 404, 'user_not_found', 'nobody'],
    ]),
  ]
  const signIn = async (roles: string[]) =>
    (await auth.signIn((await auth.createUser({ roles })).email)).headers
  const askers = {
    user: () => signIn([]),
    lastAdmin: () => signIn(['admin']),
    anonymous: async () => ({}),
    service: () => asService(auth, 'catalog'),
    nobody: () => asAdmin(auth),
  }

  test.each(cases)('%s is %i %s for %s', async (method, status, code, asker, body = good[method]) => {
    const response = await auth.app.inject({
      method,
      url: '/v1/me',
      headers: {
        ...(await askers[asker]()),
        ...(typeof body === 'string' && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(body !== undefined && { payload: body }),
    })
    expect(response.statusCode, response.body).toBe(status)
    if (code) expect(response.json()).toMatchObject({ status, code })
  })

  test('has a case', () => {
    const proven = new Set(cases.map(([method, status]) => `${method} /v1/me ${status}`))
    expect([...proven].toSorted()).toEqual(documentedAnswers('me'))
  })
})

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
