import { expect, test } from 'vitest'
import { basic, oauthRequests } from '../../../test/oauth-requests.ts'
import { useAuth } from '../../../test/use-auth.ts'

// POST /v1/oauth/introspect

const { backend, auth } = await useAuth()
const { client, post, tokenOf, introspect, signIn } = oauthRequests(backend, auth)

test('200: the claims of a valid access token', async () => {
  const token = await tokenOf()
  const iat = Math.floor(backend.clock().getTime() / 1000)
  expect(await introspect(token)).toEqual({
    active: true,
    token_type: 'Bearer',
    client_id: client().id,
    sub: client().id,
    scope: 'events:write policy:read',
    iss: 'http://localhost:4100/auth',
    aud: 'fondasi',
    jti: expect.any(String),
    iat,
    exp: iat + 600,
  })
})

test('200: the owner of a valid refresh token, which stays valid', async () => {
  const { userId, refreshToken, idleExpiresAt } = await signIn()
  for (let times = 0; times < 2; times++) {
    expect(await introspect(refreshToken)).toEqual({
      active: true,
      token_type: 'refresh_token',
      client_id: 'web',
      sub: userId,
      iss: 'http://localhost:4100/auth',
      exp: Math.floor(idleExpiresAt.getTime() / 1000),
    })
  }
})

test('200: any other token is only reported as not active', async () => {
  const token = await tokenOf()
  const [header = '', payload = '', signature = ''] = token.split('.')
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const hostile = [
    'x',
    '.',
    '..',
    'a.b.c',
    '\u{1F600}',
    'a'.repeat(8_000),
    'rt_AAAA',
    `${token}x`,
    `${header}.${payload}.`,
    `${encoded({ alg: 'none' })}.${payload}.`,
    `${encoded({ alg: 'none' })}.${payload}.${signature}`,
    `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: (await auth.deps.keys.active()).kid })}.${payload}.${signature}`,
    `${encoded({ alg: 'ES256', typ: 'at+jwt', kid: 'unknown' })}.${payload}.${signature}`,
    `${encoded({ alg: 'ES256', typ: 'at+jwt', kid: '__proto__' })}.${payload}.${signature}`,
    `${encoded([])}.${encoded([])}.${signature}`,
    `${header}.${encoded({ sub: 'admin' })}.${signature}`,
  ]
  for (const candidate of hostile) expect(await introspect(candidate)).toEqual({ active: false })
  backend.clock.advance(606_000)
  expect(await introspect(token)).toEqual({ active: false })
})

test('401: without a secret; 400: without a token', async () => {
  expect((await post('introspect', { token: 'x', client_id: 'web' })).statusCode).toBe(401)
  expect((await post('introspect', {}, basic(client()))).json()).toMatchObject({ error: 'invalid_request' })
})
