import { expect, test } from 'vitest'
import { startAuth } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()

const post = (url: string, headers: Record<string, string>) =>
  auth.app.inject({ method: 'POST', url, headers })

test('the refresh token is in a strict, HttpOnly cookie and not in the body; the answer rotates it', async () => {
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
])('%s gets nothing from any cookie route, and the session lives on', async (_name, headers) => {
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
