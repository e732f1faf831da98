import { createLocalJWKSet, jwtVerify } from 'jose'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type AuthBackend,
  type AuthInstance,
  createAuthBackend,
  startAuth,
} from '../../../test/auth-service.ts'
import { asAdmin, mintToken } from '../../../test/mint-token.ts'
import { sessions } from '../../db/schema.ts'
import { createRefreshTokens, hashSecret, newSecret } from '../sessions/refresh-token.ts'

let backend: AuthBackend
let auth: AuthInstance
let client: { id: string; secret: string }

beforeAll(async () => {
  backend = await createAuthBackend()
  auth = await startAuth(backend)
})
beforeEach(async () => {
  await backend.reset()
  client = await createClient('catalog')
})
afterAll(async () => {
  await auth?.close()
  await backend?.close()
})

const scopes = ['events:write', 'policy:read']
/** Revocations of one test must not meet the tokens of the next. */
let clientsMade = 0

async function createClient(name: string): Promise<{ id: string; secret: string }> {
  const id = `${name}-${(clientsMade += 1)}`
  const response = await auth.app.inject({
    method: 'POST',
    url: '/v1/admin/clients',
    headers: await asAdmin(auth),
    payload: { id, name, scopes },
  })
  return { id, secret: response.json<{ secret: string }>().secret }
}

type Form = Record<string, string> | string
type Endpoint = 'token' | 'introspect' | 'revoke'

function post(endpoint: Endpoint, form: Form, headers: Record<string, string> = {}, instance = auth) {
  return instance.app.inject({
    method: 'POST',
    url: `/v1/oauth/${endpoint}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(form).toString(),
  })
}
const basic = ({ id, secret }: { id: string; secret: string }) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
const grant = { grant_type: 'client_credentials' }

async function tokenOf(holder = client): Promise<string> {
  return (await post('token', grant, basic(holder))).json<{ access_token: string }>().access_token
}
async function isAccepted(token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` }
  return (await auth.app.inject({ url: '/v1/revocations', headers })).statusCode === 200
}
async function introspect(token: string) {
  return (await post('introspect', { token }, basic(client))).json<Record<string, unknown>>()
}
/** A signed-in person's refresh token and an access token of the same session. */
async function signIn() {
  const { id: userId } = await auth.createUser({ email: `${uuidv7()}@example.com` })
  const now = backend.clock()
  const secret = newSecret()
  const session = { id: uuidv7(), userId, generation: 0, clientId: 'web', amr: ['pwd'], authTime: now }
  const idleExpiresAt = new Date(now.getTime() + 3_600_000)
  await backend.database.db.insert(sessions).values({
    ...session,
    currentHash: hashSecret(secret),
    rotatedAt: now,
    transport: 'body',
    idleExpiresAt,
    absoluteExpiresAt: new Date(now.getTime() + 7_200_000),
    ip: '127.0.0.1',
    userAgent: 'test',
    lastSeenAt: now,
    createdAt: now,
  })
  const refreshToken = createRefreshTokens(auth.deps.derivedKeys).encode({
    sessionId: session.id,
    generation: 0,
    secret,
  })
  const claims = { subject: userId, clientId: 'web', roles: [], scope: [], session }
  return { userId, refreshToken, accessToken: await mintToken(auth, claims), idleExpiresAt }
}
/** Events, wherever the relay is with them. */
async function actions(): Promise<string[]> {
  const events = await auth.deps.pool.query<{ action: string }>(
    `select e->>'action' as action from (select payload as e from outbox where topic = 'audit.event'
     union select event from security_events) as events`,
  )
  return events.rows.map(({ action }) => action)
}

describe('POST /v1/oauth/token', () => {
  test('200: a token with the claims that all services expect, by header and by body alike', async () => {
    for (const [form, headers] of [
      [grant, basic(client)],
      [{ ...grant, client_id: client.id, client_secret: client.secret, unknown: 'ignored', scope: '' }, {}],
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
        sub: client.id,
        client_id: client.id,
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
    const fewer = await post('token', { ...grant, scope: 'policy:read' }, basic(client))
    expect(fewer.json()).toMatchObject({ scope: 'policy:read' })
    for (const scope of ['policy:read users:admin', '*:*', 'policy:read  events:write', 'POLICY:READ']) {
      const response = await post('token', { ...grant, scope }, basic(client))
      expect(response.statusCode).toBe(400)
      expect(response.json()).toMatchObject({ error: 'invalid_scope' })
    }
  })

  test('400 unsupported_grant_type: anything but client_credentials', async () => {
    const response = await post(
      'token',
      { grant_type: 'password', username: 'a', password: 'b' },
      basic(client),
    )
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'unsupported_grant_type' })
  })

  test('401 invalid_client: for every wrong proof the same answer', async () => {
    const other = await createClient('jobs')
    const wrong: [Form, Record<string, string>][] = [
      [grant, {}],
      [{ ...grant, client_id: client.id }, {}],
      [{ ...grant, client_id: 'nobody' }, {}],
      [{ ...grant, client_id: client.id, client_secret: 'cs_wrong' }, {}],
      [grant, basic({ ...client, secret: other.secret })],
      [grant, basic({ id: 'nobody', secret: client.secret })],
      [grant, basic({ id: 'cata\u0000log', secret: client.secret })],
      [grant, basic({ ...client, secret: '\u0000' })],
      [grant, basic({ ...client, secret: 'x'.repeat(8_000) })],
      [{ ...grant, client_id: other.id }, basic(client)],
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
      '{"error":"invalid_client","error_description":"Client id or secret are wrong"}',
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
    const response = await post('token', form, basic(client))
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'invalid_request' })
    expect(response.headers['cache-control']).toBe('no-store')
  })

  test('400 invalid_request: a secret in the header and in the body', async () => {
    const response = await post('token', { ...grant, client_secret: client.secret }, basic(client))
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test.each([
    ['application/json', JSON.stringify(grant)],
    ['text/plain', 'grant_type=client_credentials'],
    ['multipart/form-data; boundary=x', 'grant_type=client_credentials'],
    ['', 'grant_type=client_credentials'],
  ])('400 invalid_request: a body of type "%s"', async (type, payload) => {
    const headers = { ...basic(client), 'content-type': type }
    const response = await auth.app.inject({ method: 'POST', url: '/v1/oauth/token', headers, payload })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('429: wrong secrets are counted by address and by client, the right one still works', async () => {
    const limited = await startAuth(backend, { CLIENT_FAILURES_PER_MINUTE: '3' })
    const from = (ip: string) => ({ ...basic({ ...client, secret: 'cs_wrong' }), 'x-forwarded-for': ip })
    const statuses: number[] = []
    for (let n = 0; n < 4; n++)
      statuses.push((await post('token', grant, from('192.0.2.1'), limited)).statusCode)
    expect(statuses).toEqual([401, 401, 401, 429])
    const elsewhere = await post('token', grant, from('192.0.2.2'), limited)
    expect(elsewhere.statusCode).toBe(429)
    expect(Number(elsewhere.headers['retry-after'])).toBeGreaterThan(0)
    expect(elsewhere.json()).toMatchObject({ code: 'rate_limited' })
    const right = await post('token', grant, { ...basic(client), 'x-forwarded-for': '192.0.2.1' }, limited)
    expect(right.statusCode).toBe(200)
    await limited.close()
  })

  test('a client that is deleted while it asks for tokens is left with none that works', async () => {
    const headers = await asAdmin(auth)
    const ticking = setInterval(() => backend.clock.advance(1), 1)
    const tokens: string[] = []
    let deleted: Promise<unknown> | undefined
    const askUntilRefused = async () => {
      for (;;) {
        const response = await post('token', grant, basic(client))
        if (response.statusCode !== 200) return response.statusCode
        tokens.push(response.json<{ access_token: string }>().access_token)
        if (tokens.length < 20) continue
        deleted ??= auth.app.inject({ method: 'DELETE', url: `/v1/admin/clients/${client.id}`, headers })
      }
    }
    expect(await Promise.all(Array.from({ length: 8 }, askUntilRefused))).toEqual(Array(8).fill(401))
    await deleted
    clearInterval(ticking)
    for (const token of tokens) expect(await isAccepted(token)).toBe(false)
  })
})

describe('POST /v1/oauth/introspect', () => {
  test('200: says what a living access token says', async () => {
    const token = await tokenOf()
    const iat = Math.floor(backend.clock().getTime() / 1000)
    expect(await introspect(token)).toEqual({
      active: true,
      token_type: 'Bearer',
      client_id: client.id,
      sub: client.id,
      scope: 'events:write policy:read',
      iss: 'http://localhost:4100/auth',
      aud: 'fondasi',
      jti: expect.any(String),
      iat,
      exp: iat + 600,
    })
  })

  test('200: says whose a living refresh token is, and leaves it alone', async () => {
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

  test('200: of any other token only that it is not active', async () => {
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
    expect((await post('introspect', {}, basic(client))).json()).toMatchObject({ error: 'invalid_request' })
  })
})

describe('POST /v1/oauth/revoke', () => {
  test('200: a service gives its token back, with those before it', async () => {
    const earlier = await tokenOf()
    backend.clock.advance(1)
    const token = await tokenOf()
    backend.clock.advance(1)
    const later = await tokenOf()
    const response = await post('revoke', { token, token_type_hint: 'access_token' }, basic(client))
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

  test("400 invalid_grant: another client's token, which stays good", async () => {
    const other = await createClient('jobs')
    const token = await tokenOf(other)
    const { refreshToken } = await signIn()
    for (const stolen of [token, refreshToken]) {
      const response = await post('revoke', { token: stolen }, basic(client))
      expect(response.statusCode).toBe(400)
      expect(response.json()).toMatchObject({ error: 'invalid_grant' })
      expect(await introspect(stolen)).toMatchObject({ active: true })
    }
  })

  test('200: a token that is not valid, whatever is wrong with it', async () => {
    for (const token of ['x', 'a.b.c', 'rt_AAAA', 'a'.repeat(8_000)]) {
      expect((await post('revoke', { token }, basic(client))).statusCode).toBe(200)
      expect((await post('revoke', { token, client_id: 'web' })).statusCode).toBe(200)
    }
  })

  test('401: a client that has a secret and does not show it; nobody', async () => {
    const token = await tokenOf()
    expect((await post('revoke', { token, client_id: client.id })).statusCode).toBe(401)
    expect((await post('revoke', { token })).statusCode).toBe(401)
    expect(await isAccepted(token)).toBe(true)
  })

  test('400: without a token', async () => {
    expect((await post('revoke', {}, basic(client))).json()).toMatchObject({ error: 'invalid_request' })
  })
})

describe('GET /.well-known/oauth-authorization-server', () => {
  test('200: names the issuer, and endpoints that exist', async () => {
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
})

describe('all of it', () => {
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
})
