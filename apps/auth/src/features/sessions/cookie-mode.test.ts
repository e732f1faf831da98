import { describe, expect, test } from 'vitest'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()

const post = (url: string, headers: Record<string, string>) =>
  auth.app.inject({ method: 'POST', url, headers })

test('the refresh token is in a strict, HttpOnly cookie and not in the body; a refresh rotates it', async () => {
  const { email } = await auth.createUser()
  const { cookies, refreshToken } = await auth.signIn(email, 'cookie')
  expect(refreshToken).toBe('')
  const response = await post('/v1/refresh', { cookie: cookies })
  const header = String(response.headers['set-cookie'])
  expect(header).toMatch(/^rt=rt_[\w-]+; .*HttpOnly; SameSite=Strict/)
  expect(header).toContain('Path=/')
  expect(response.json()).not.toHaveProperty('refreshToken')
})

test('over TLS the cookie is Secure and carries the __Host- prefix', async () => {
  const secure = await startAuth(backend, { COOKIE_SECURE: 'true' })
  try {
    const { email } = await secure.createUser()
    const { cookies } = await secure.signIn(email, 'cookie')
    const response = await secure.app.inject({
      method: 'POST',
      url: '/v1/refresh',
      headers: { cookie: cookies },
    })
    expect(String(response.headers['set-cookie'])).toMatch(
      /^__Host-rt=rt_[\w-]+; .*Path=\/; .*HttpOnly; Secure; SameSite=Strict/,
    )
  } finally {
    await secure.close()
  }
})

const refreshTokenIn = (cookies: string) => /(?:^|; )rt=([^;]+)/.exec(cookies)?.[1] ?? ''

describe('several refresh cookies', () => {
  test.each(['first', 'last'])(
    'with the stale one %s: the current one is exchanged and no session ends',
    async (place) => {
      const { email } = await auth.createUser()
      const stale = refreshTokenIn((await auth.signIn(email, 'cookie')).cookies)
      const first = await post('/v1/refresh', { cookie: `rt=${stale}` })
      const current = first.cookies.find(({ name }) => name === 'rt')?.value
      backend.clock.advance(60_000)
      const cookies = [`rt=${stale}`, `rt=${current}`]
      const cookie = (place === 'first' ? cookies : cookies.toReversed()).join('; ')
      const response = await post('/v1/refresh', { cookie })
      expect(response.statusCode).toBe(200)
      const next = response.cookies.find(({ name }) => name === 'rt')?.value
      expect((await post('/v1/refresh', { cookie: `rt=${next}` })).statusCode).toBe(200)
    },
  )

  test('without a current one: 401 that clears the cookie and ends no session', async () => {
    const { email } = await auth.createUser()
    const oldest = refreshTokenIn((await auth.signIn(email, 'cookie')).cookies)
    const turn = async (token: string) =>
      (await post('/v1/refresh', { cookie: `rt=${token}` })).cookies.find(({ name }) => name === 'rt')
        ?.value ?? ''
    const old = await turn(oldest)
    const current = await turn(old)
    backend.clock.advance(60_000)
    const response = await post('/v1/refresh', { cookie: `rt=${oldest}; rt=${old}` })
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({ code: 'invalid_grant' })
    expect(String(response.headers['set-cookie'])).toMatch(/^rt=;/)
    expect((await post('/v1/refresh', { cookie: `rt=${current}` })).statusCode).toBe(200)
  })

  test('logout ends the session, whichever cookie comes first', async () => {
    const { email } = await auth.createUser()
    const { cookies, headers } = await auth.signIn(email, 'cookie')
    const cookie = `rt=rt_nonsense; rt=${refreshTokenIn(cookies)}`
    expect((await post('/v1/logout', { cookie })).statusCode).toBe(204)
    expect((await auth.app.inject({ url: '/v1/me', headers })).statusCode).toBe(401)
  })

  test('of several device cookies the one of the account counts', async () => {
    const { email } = await auth.createUser()
    const stranger = await auth.createUser()
    const deviceOf = async (address: string) => /dc=[^;]+/.exec((await auth.signIn(address)).cookies)?.[0]
    const cookie = `${await deviceOf(stranger.email)}; ${await deviceOf(email)}`
    const login = (password: string, headers: Record<string, string>) =>
      auth.app.inject({ method: 'POST', url: '/v1/login', headers, payload: { email, password } })
    await Promise.all(Array.from({ length: 10 }, () => login('not the right password', {})))
    expect((await login(testPassword, { cookie })).statusCode).toBe(200)
  })
})

test.each(['/v1/refresh', '/v1/logout'])(
  'POST %s with a JSON content type and no body reads the cookie',
  async (url) => {
    const { email } = await auth.createUser()
    const { cookies } = await auth.signIn(email, 'cookie')
    const response = await post(url, { cookie: cookies, 'content-type': 'application/json' })
    expect(response.statusCode).toBe(url === '/v1/logout' ? 204 : 200)
    expect(String(response.headers['set-cookie'])).toMatch(/^rt=/)
  },
)

test.each([
  [
    'a form of another site',
    {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
      'content-type': 'application/x-www-form-urlencoded',
    },
  ],
  ['a fetch of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a sibling domain', { origin: 'http://evil.localhost:4101', 'sec-fetch-site': 'same-site' }],
  ['an old browser without Fetch Metadata', { origin: 'https://evil.example' }],
  ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['Fetch Metadata without an Origin', { 'sec-fetch-site': 'cross-site' }],
])('%s is refused by every cookie route, and the session continues', async (_name, headers) => {
  const { email } = await auth.createUser()
  const { cookies } = await auth.signIn(email, 'cookie')
  for (const url of ['/v1/refresh', '/v1/logout', '/v1/login']) {
    const response = await post(url, { ...headers, cookie: cookies })
    expect(response.statusCode).toBe(403)
    expect(response.json()).toMatchObject({ code: 'cross_site_request' })
    expect(response.headers['set-cookie']).toBeUndefined()
  }
  expect((await post('/v1/refresh', { cookie: cookies, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(
    200,
  )
})

test('a lost race does not clear the cookie; the end of the session does', async () => {
  const { email } = await auth.createUser()
  const { cookies } = await auth.signIn(email, 'cookie')
  const invalid = await post('/v1/refresh', { cookie: 'rt=rt_nonsense' })
  expect(invalid.statusCode).toBe(401)
  expect(invalid.headers['set-cookie']).toBeUndefined()
  await post('/v1/logout', { cookie: cookies })
  const revoked = await post('/v1/refresh', { cookie: cookies })
  expect(revoked.statusCode).toBe(401)
  expect(String(revoked.headers['set-cookie'])).toMatch(/^rt=;/)
})
