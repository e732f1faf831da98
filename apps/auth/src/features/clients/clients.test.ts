import { beforeEach, describe, expect, test } from 'vitest'
import { type AuthInstance, startAuth } from '../../../test/auth-service.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'
import { clients, idempotencyKeys } from '../../db/schema.ts'
import { isClientSecret } from './client-secret.ts'

const { backend, auth } = await useAuth()
let admin: { authorization: string }

beforeEach(async () => {
  admin = await asAdmin(auth)
})

const catalog = { id: 'catalog', name: 'Catalog service', scopes: ['events:write', 'policy:read'] }

function call(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = {},
) {
  return auth.app.inject({
    method,
    url: `/v1/admin/clients${url}`,
    headers: { ...admin, ...headers },
    ...(payload && { payload }),
  })
}
const create = (payload: object = catalog, headers: Record<string, string> = {}) =>
  call('POST', '', payload, headers)

async function stored() {
  const [client] = await backend.database.db.select().from(clients)
  if (!client) throw new Error('a client was expected')
  return client
}
/** Events about clients, whether the relay has delivered them or not. */
async function recorded(): Promise<unknown[]> {
  const events = await auth.deps.pool.query<{ event: unknown }>(
    `select event from (select payload as event from outbox union select event from security_events) as events
     where event->>'action' like 'auth.client_%'`,
  )
  return events.rows.map(({ event }) => event)
}

describe('POST /v1/admin/clients', () => {
  test('201: returns the secret once and stores only its hash', async () => {
    const response = await create()
    expect(response.statusCode).toBe(201)
    expect(response.headers['cache-control']).toBe('no-store')
    const { secret, ...shown } = response.json<{ secret: string }>()
    expect(secret).toMatch(/^cs_[A-Za-z0-9_-]{43}$/)
    expect(shown).toEqual({
      ...catalog,
      createdAt: backend.clock().toISOString(),
      previousSecretExpiresAt: null,
    })
    expect(isClientSecret(await stored(), secret, backend.clock())).toBe(true)
    expect((await call('GET', '')).body).not.toContain(secret)
    const kept = JSON.stringify([await stored(), await recorded(), auth.log])
    expect(kept).not.toContain(secret)
    expect(await recorded()).toEqual([
      expect.objectContaining({
        action: 'auth.client_created',
        targets: [{ type: 'client', id: 'catalog' }],
      }),
    ])
  })

  test('201: the same Idempotency-Key returns the same secret again, which is stored encrypted', async () => {
    const key = { 'idempotency-key': 'key-1' }
    const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => create(catalog, key)))
    expect(first?.statusCode).toBe(201)
    for (const response of others) expect(response.body).toBe(first?.body)
    const replayed = [first, ...others].filter((each) => each?.headers['idempotent-replayed'] === 'true')
    expect(replayed).toHaveLength(others.length)
    const { secret } = first?.json<{ secret: string }>() ?? { secret: '' }
    expect(isClientSecret(await stored(), secret, backend.clock())).toBe(true)
    const kept = await backend.database.db.select().from(idempotencyKeys)
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(await recorded()).toHaveLength(1)
  })

  test('422: an Idempotency-Key with another body', async () => {
    const key = { 'idempotency-key': 'key-1' }
    await create(catalog, key)
    const response = await create({ ...catalog, id: 'jobs' }, key)
    expect(response.statusCode).toBe(422)
    expect(response.json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  test('409: while the first request with the Idempotency-Key runs', async () => {
    const connection = await auth.deps.pool.connect()
    await connection.query('begin')
    await connection.query(
      `insert into idempotency_keys (scope, key, fingerprint, expires_at)
       values ('user:01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a71 POST /v1/admin/clients', 'key-1', '', now())`,
    )
    const response = await create(catalog, { 'idempotency-key': 'key-1' })
    expect(response.statusCode).toBe(409)
    expect(response.json()).toMatchObject({ code: 'idempotency_key_running' })
    await connection.query('rollback')
    connection.release()
  })

  test('409: an id that exists, also that of the public client; the Idempotency-Key can be used again', async () => {
    await create()
    const key = { 'idempotency-key': 'key-1' }
    for (const id of ['catalog', 'web']) {
      const response = await create({ ...catalog, id }, key)
      expect(response.statusCode).toBe(409)
      expect(response.json()).toMatchObject({ code: 'client_exists' })
    }
    expect((await create({ ...catalog, id: 'jobs' }, key)).statusCode).toBe(201)
  })

  test.each([
    ['an id in capitals', { ...catalog, id: 'Catalog' }],
    ['an id like a user id', { ...catalog, id: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70' }],
    ['an id with NUL', { ...catalog, id: 'cata\u0000log' }],
    ['a very long id', { ...catalog, id: 'a'.repeat(10_000) }],
    ['a name with NUL', { ...catalog, name: 'a\u0000b' }],
    ['no name', { ...catalog, name: '' }],
    ['a name that is a space', { ...catalog, name: ' ' }],
    ['a wildcard scope', { ...catalog, scopes: ['*:*'] }],
    ['two scopes in one', { ...catalog, scopes: ['events:write policy:read'] }],
    ['a scope twice', { ...catalog, scopes: ['events:write', 'events:write'] }],
    [
      'too many scopes',
      { ...catalog, scopes: Array.from({ length: 51 }, (_, n) => `a:${'b'.repeat(n + 1)}`) },
    ],
    ['an unknown field', { ...catalog, secret: 'cs_chosen' }],
  ])('400: %s', async (_name, payload) => {
    const response = await create(payload)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'validation_failed' })
  })

  test('400: an invalid Idempotency-Key', async () => {
    for (const key of ['', 'with space', 'k'.repeat(256)]) {
      expect((await create(catalog, { 'idempotency-key': key })).statusCode).toBe(400)
    }
  })

  test('415: a form', async () => {
    const headers = { ...admin, 'content-type': 'application/x-www-form-urlencoded' }
    const response = await auth.app.inject({
      method: 'POST',
      url: '/v1/admin/clients',
      headers,
      payload: 'id=catalog',
    })
    expect(response.statusCode).toBe(415)
  })
})

describe('GET /v1/admin/clients', () => {
  test('200: pages forwards and backwards through all clients by id, without secrets', async () => {
    const ids = ['audit', 'catalog', 'jobs', 'search', 'upload']
    for (const id of ids.toReversed()) await create({ ...catalog, id })
    type Page = { items: { id: string }[]; page: { next: string | null; prev: string | null } }
    const page = async (query: string) => (await call('GET', `?limit=2${query}`)).json<Page>()

    const first = await page('')
    const second = await page(`&cursor=${first.page.next}`)
    const third = await page(`&cursor=${second.page.next}`)
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(ids)
    expect(third.page.next).toBeNull()
    expect(await page(`&cursor=${second.page.prev}`)).toMatchObject({ items: first.items })
    expect(Object.keys(first.items[0] ?? {}).toSorted()).toEqual([
      'createdAt',
      'id',
      'name',
      'previousSecretExpiresAt',
      'scopes',
    ])
  })

  test('400: a cursor that this service did not make', async () => {
    const response = await call('GET', '?cursor=AAAA')
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'invalid_cursor' })
  })
})

describe('POST /v1/admin/clients/:id/rotate-secret', () => {
  test('200: both secrets work until the old one expires', async () => {
    const { secret: old } = (await create()).json<{ secret: string }>()
    const response = await call('POST', '/catalog/rotate-secret', { previousSecretValidSeconds: 60 })
    expect(response.statusCode).toBe(200)
    expect(response.headers['cache-control']).toBe('no-store')
    const { secret, previousSecretExpiresAt } = response.json<Record<string, string>>()
    expect(previousSecretExpiresAt).toBe(new Date(backend.clock().getTime() + 60_000).toISOString())
    const works = async (candidate = '') => isClientSecret(await stored(), candidate, backend.clock())
    expect([await works(old), await works(secret), await works('cs_other')]).toEqual([true, true, false])
    backend.clock.advance(60_000)
    expect([await works(old), await works(secret)]).toEqual([false, true])
    expect(await recorded()).toContainEqual(expect.objectContaining({ action: 'auth.client_secret_rotated' }))
  })

  test('200: with 0 seconds, for a leaked secret, the old one stops working', async () => {
    const { secret: old } = (await create()).json<{ secret: string }>()
    await call('POST', '/catalog/rotate-secret', { previousSecretValidSeconds: 0 })
    expect(isClientSecret(await stored(), old, backend.clock())).toBe(false)
  })

  test('400: longer than a day; 404: no such client; 415: not JSON', async () => {
    await create()
    const tooLong = await call('POST', '/catalog/rotate-secret', { previousSecretValidSeconds: 86_401 })
    expect(tooLong.statusCode).toBe(400)
    expect((await call('POST', '/nobody/rotate-secret', {})).json()).toMatchObject({
      code: 'client_not_found',
    })
    const headers = { ...admin, 'content-type': 'application/x-www-form-urlencoded' }
    const url = '/v1/admin/clients/catalog/rotate-secret'
    expect((await auth.app.inject({ method: 'POST', url, headers, payload: 'a=b' })).statusCode).toBe(415)
  })
})

describe('DELETE /v1/admin/clients/:id', () => {
  test('204: every instance refuses its tokens', async () => {
    const other = await startAuth(backend)
    await create()
    const token = await asService(auth, 'catalog')
    const status = async (instance: AuthInstance) =>
      (await instance.app.inject({ url: '/v1/revocations', headers: token })).statusCode
    expect([await status(auth), await status(other)]).toEqual([200, 200])
    const response = await call('DELETE', '/catalog')
    expect(response.statusCode).toBe(204)
    expect(response.body).toBe('')
    expect(await status(auth)).toBe(401)
    await expect.poll(() => status(other), { timeout: 1_000 }).toBe(401)
    expect(await recorded()).toContainEqual(expect.objectContaining({ action: 'auth.client_deleted' }))
    await other.close()
  })

  test('404: no such client; 400: an invalid id', async () => {
    expect((await call('DELETE', '/catalog')).json()).toMatchObject({ code: 'client_not_found', status: 404 })
    expect((await call('DELETE', '/..%2F..')).statusCode).toBe(400)
  })
})

describe('every route', () => {
  const routes = [
    ['GET', ''],
    ['POST', ''],
    ['DELETE', '/catalog'],
    ['POST', '/catalog/rotate-secret'],
  ] as const

  test.each(routes)('401 without a token, 403 without users:admin: %s %s', async (method, url) => {
    const request = { method, url: `/v1/admin/clients${url}` }
    const anonymous = await auth.app.inject(request)
    expect(anonymous.statusCode).toBe(401)
    expect(anonymous.headers['www-authenticate']).toBe('Bearer realm="fondasi"')
    const service = await auth.app.inject({ ...request, headers: await asService(auth, 'jobs') })
    expect(service.statusCode).toBe(403)
  })

  test.each(routes)('429: %s %s', async (method, url) => {
    const limited = await startAuth(backend, { RATE_LIMIT_PER_MINUTE: '1' })
    const request = { method, url: `/v1/admin/clients${url}`, headers: admin }
    await limited.app.inject(request)
    expect((await limited.app.inject(request)).statusCode).toBe(429)
    await limited.close()
  })
})
