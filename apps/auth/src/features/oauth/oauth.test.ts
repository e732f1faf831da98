import { expect, test } from 'vitest'
import { startAuth } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()

test('GET /.well-known/oauth-authorization-server 200: names the issuer, and endpoints that exist', async () => {
  const response = await auth.app.inject('/.well-known/oauth-authorization-server')
  expect(response.statusCode).toBe(200)
  expect(response.headers['cache-control']).toBe('public, max-age=300')
  const metadata = response.json<Record<string, string>>()
  expect(metadata['issuer']).toBe(auth.deps.config.AUTH_ISSUER)
  for (const name of ['token_endpoint', 'introspection_endpoint', 'revocation_endpoint']) {
    const url = new URL(metadata[name] ?? '')
    expect(url.origin).toBe(auth.deps.config.PUBLIC_URL)
    expect((await auth.app.inject({ method: 'POST', url: url.pathname })).statusCode).toBe(400)
  }
  expect((await auth.app.inject(new URL(metadata['jwks_uri'] ?? '').pathname)).statusCode).toBe(200)
})

test.each([
  'POST /v1/oauth/token',
  'POST /v1/oauth/introspect',
  'POST /v1/oauth/revoke',
  'GET /.well-known/oauth-authorization-server',
])('429: %s', async (route) => {
  const limited = await startAuth(backend, { RATE_LIMIT_PER_MINUTE: '1' })
  const [method, url = ''] = route.split(' ')
  const request = { method: method === 'GET' ? ('GET' as const) : ('POST' as const), url }
  await limited.app.inject(request)
  const response = await limited.app.inject(request)
  expect(response.statusCode).toBe(429)
  expect(response.json()).toMatchObject({ code: 'rate_limited' })
  await limited.close()
})
