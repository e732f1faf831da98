import { createLocalJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { startAuth } from '../../../test/auth-service.ts'
import { asAdmin } from '../../../test/mint-token.ts'
import { basic, type Form, grant, oauthRequests } from '../../../test/oauth-requests.ts'
import { useAuth } from '../../../test/use-auth.ts'

// POST /v1/oauth/token

const { backend, auth } = await useAuth()
const { client, createClient, post, tokenOf, isAccepted, actions } = oauthRequests(backend, auth)

test('200: a token with the claims that all services expect, with credentials in the header or in the body', async () => {
  for (const [form, headers] of [
    [grant, basic(client())],
    [{ ...grant, client_id: client().id, client_secret: client().secret, unknown: 'ignored', scope: '' }, {}],
  ] as const) {
    const response = await post('token', form, headers)
    expect(response.statusCode).toBe(200)
    expect(response.headers['cache-control']).toBe('no-store')
    const { access_token, ...rest } = response.json<{ access_token: string }>()
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 600, scope: 'events:write policy:read' })

    const jwks = createLocalJWKSet((await auth.app.inject('/.well-known/jwks.json')).json())
    const { payload, protectedHeader } = await jwtVerify(access_token, jwks, {
      currentDate: backend.clock(),
    })
    const iat = Math.floor(backend.clock().getTime() / 1000)
    expect(payload).toEqual({
      iss: 'http://localhost:4100/auth',
      aud: 'fondasi',
      sub: client().id,
      client_id: client().id,
      iat,
      exp: iat + 600,
      jti: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      tenant: 'main',
      roles: [],
      scope: 'events:write policy:read',
    })
    expect(protectedHeader).toEqual({
      alg: 'ES256',
      typ: 'at+jwt',
      kid: (await auth.deps.keys.active()).kid,
    })
    expect(await isAccepted(access_token)).toBe(true)
  }
  expect(await actions()).toContain('auth.authn_token_created')
})

test('200: fewer scopes on request; 400 invalid_scope: one more than the client has', async () => {
  const fewer = await post('token', { ...grant, scope: 'policy:read' }, basic(client()))
  expect(fewer.json()).toMatchObject({ scope: 'policy:read' })
  for (const scope of ['policy:read users:admin', '*:*', 'policy:read  events:write', 'POLICY:READ']) {
    const response = await post('token', { ...grant, scope }, basic(client()))
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'invalid_scope' })
  }
})

test('400 unsupported_grant_type: anything but client_credentials', async () => {
  const response = await post(
    'token',
    { grant_type: 'password', username: 'a', password: 'b' },
    basic(client()),
  )
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ error: 'unsupported_grant_type' })
})

test('401 invalid_client: the same response to any wrong credentials', async () => {
  const other = await createClient('jobs')
  const wrong: [Form, Record<string, string>][] = [
    [grant, {}],
    [{ ...grant, client_id: client().id }, {}],
    [{ ...grant, client_id: 'nobody' }, {}],
    [{ ...grant, client_id: client().id, client_secret: 'cs_wrong' }, {}],
    [grant, basic({ ...client(), secret: other.secret })],
    [grant, basic({ id: 'nobody', secret: client().secret })],
    [grant, basic({ id: 'cata\u0000log', secret: client().secret })],
    [grant, basic({ ...client(), secret: '\u0000' })],
    [grant, basic({ ...client(), secret: 'x'.repeat(8_000) })],
    [{ ...grant, client_id: other.id }, basic(client())],
    [grant, { authorization: `Bearer ${await tokenOf()}` }],
    [grant, { authorization: 'Basic' }],
  ]
  const bodies = new Set<string>()
  for (const [form, headers] of wrong) {
    const response = await post('token', form, headers)
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toMatch(/^Basic realm=/)
    expect(response.headers['cache-control']).toBe('no-store')
    bodies.add(response.body)
  }
  expect([...bodies]).toEqual([
    '{"error":"invalid_client","error_description":"The client id or the secret is wrong"}',
  ])
  expect(await actions()).toContain('auth.authn_login_fail')
})

test.each<[string, Form]>([
  ['no grant_type', { scope: 'policy:read' }],
  ['an empty grant_type', { grant_type: '' }],
  ['a parameter twice', 'grant_type=client_credentials&grant_type=client_credentials'],
  ['scope twice', 'grant_type=client_credentials&scope=a:b&scope=c:d'],
  ['a value of 10 kB', { ...grant, scope: 'a'.repeat(10_000) }],
  ['a body of 40 kB', { ...grant, padding: 'a'.repeat(40_000) }],
  ['NUL', { ...grant, scope: 'policy:read\u0000' }],
  ['a prototype', 'grant_type=client_credentials&__proto__=x&grant_type[]=y&grant_type=z'],
  ['nothing', ''],
])('400 invalid_request: %s', async (_name, form) => {
  const response = await post('token', form, basic(client()))
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ error: 'invalid_request' })
  expect(response.headers['cache-control']).toBe('no-store')
})

test('400 invalid_request: a secret in the header and in the body', async () => {
  const response = await post('token', { ...grant, client_secret: client().secret }, basic(client()))
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ error: 'invalid_request' })
})

test.each([
  ['application/json', JSON.stringify(grant)],
  ['text/plain', 'grant_type=client_credentials'],
  ['multipart/form-data; boundary=x', 'grant_type=client_credentials'],
  ['', 'grant_type=client_credentials'],
])('400 invalid_request: a body of type "%s"', async (type, payload) => {
  const headers = { ...basic(client()), 'content-type': type }
  const response = await auth.app.inject({ method: 'POST', url: '/v1/oauth/token', headers, payload })
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ error: 'invalid_request' })
})

test('429: wrong secrets are counted by address and by client, and the right one still works', async () => {
  const limited = await startAuth(backend, { CLIENT_FAILURES_PER_MINUTE: '3' })
  const from = (ip: string) => ({ ...basic({ ...client(), secret: 'cs_wrong' }), 'x-forwarded-for': ip })
  const statuses: number[] = []
  for (let n = 0; n < 4; n++)
    statuses.push((await post('token', grant, from('192.0.2.1'), limited)).statusCode)
  expect(statuses).toEqual([401, 401, 401, 429])
  const elsewhere = await post('token', grant, from('192.0.2.2'), limited)
  expect(elsewhere.statusCode).toBe(429)
  expect(Number(elsewhere.headers['retry-after'])).toBeGreaterThan(0)
  expect(elsewhere.json()).toMatchObject({ code: 'rate_limited' })
  const right = await post('token', grant, { ...basic(client()), 'x-forwarded-for': '192.0.2.1' }, limited)
  expect(right.statusCode).toBe(200)
  await limited.close()
})

test('a client that is deleted while it requests tokens has none that works afterwards', async () => {
  const headers = await asAdmin(auth)
  const tokens: string[] = []
  let deleted: Promise<unknown> | undefined
  const askUntilRefused = async () => {
    for (;;) {
      const response = await post('token', grant, basic(client()))
      if (response.statusCode !== 200) return response.statusCode
      tokens.push(response.json<{ access_token: string }>().access_token)
      if (tokens.length < 20) continue
      deleted ??= auth.app.inject({ method: 'DELETE', url: `/v1/admin/clients/${client().id}`, headers })
    }
  }
  expect(await Promise.all(Array.from({ length: 8 }, askUntilRefused))).toEqual(Array(8).fill(401))
  await deleted
  for (const token of tokens) expect(await isAccepted(token)).toBe(false)
})
