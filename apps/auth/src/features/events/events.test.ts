import { waitFor } from '@fondasi/testing'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { asAdministrator } from '../../../test/administrator.ts'
import { testResponses } from '../../../test/api-description.ts'
import { testPassword } from '../../../test/auth-service.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()

interface Event {
  id: string
  action: string
  outcome: string
  actor: { type: string; id: string }
  targets: { type: string; id: string }[]
  ip: string | null
  userAgent: string | null
  metadata: Record<string, unknown>
}
interface Page {
  items: Event[]
  page: { next: string | null; prev: string | null }
}

const ask = async (query: string, headers?: object) =>
  auth.app.inject({ url: `/v1/admin/events${query}`, headers: { ...(headers ?? (await asAdmin(auth))) } })

async function list(query = ''): Promise<Page> {
  const response = await ask(query)
  expect(response.statusCode, response.body).toBe(200)
  return response.json<Page>()
}

const delivered = () =>
  waitFor(async () => (await auth.deps.pool.query('select from outbox')).rowCount === 0, {
    what: 'the events to be delivered',
    timeoutMs: 30_000,
  })

/** Stores an event as the relay does, without the request that would cause it. */
async function store({ action = 'auth.session_ended', actorId = 'somebody' } = {}): Promise<string> {
  const id = uuidv7()
  const event = {
    action,
    outcome: 'success',
    actor: { type: 'user', id: actorId },
    targets: [],
    context: { requestId: 'r' },
    occurredAt: backend.clock().toISOString(),
  }
  await auth.deps.pool.query(
    `insert into security_events (id, action, outcome, actor_type, actor_id, occurred_at, event)
     values ($1, $2, 'success', 'user', $3, now(), $4)`,
    [id, action, actorId, event],
  )
  return id
}

testResponses('events', [
  ['GET /v1/admin/events 200', () => ask('')],
  ['GET /v1/admin/events 400 validation_failed', () => ask('?limit=0')],
  ['GET /v1/admin/events 400 validation_failed', () => ask('?action=DROP')],
  ['GET /v1/admin/events 400 validation_failed', () => ask('?since=yesterday')],
  ['GET /v1/admin/events 400 invalid_cursor', () => ask('?cursor=x')],
  ['GET /v1/admin/events 401 missing_token', () => ask('', {})],
  ['GET /v1/admin/events 403 insufficient_scope', async () => ask('', await asService(auth, 'catalog'))],
])

describe('append-only', () => {
  test.each([
    "update security_events set outcome = 'failure'",
    'delete from security_events',
    'truncate security_events',
    'drop table security_events',
    'alter table security_events disable trigger all',
  ])('the runtime role cannot run: %s', async (statement) => {
    const id = await store()
    await expect(auth.deps.pool.query(statement)).rejects.toMatchObject({ code: '42501' })
    const rows = await asAdministrator(
      backend,
      "select from security_events where id = $1 and outcome = 'success'",
      [id],
    )
    expect(rows).toHaveLength(1)
  })

  test('an event that is delivered twice is stored once', async () => {
    await login((await auth.createUser()).email)
    await delivered()
    const [row] = await asAdministrator<{ id: string; event: object }>(
      backend,
      'select id, event from security_events',
    )
    await asAdministrator(backend, "insert into outbox (id, topic, payload) values ($1, 'audit.event', $2)", [
      row?.id,
      row?.event,
    ])
    await delivered()
    expect((await list()).items.map(({ id }) => id)).toEqual([row?.id])
  })
})

describe('the list', () => {
  test('pages through all events, each once and newest first, while events are added; and the same backwards', async () => {
    const stored: string[] = []
    for (let index = 0; index < 23; index += 1) stored.push(await store())
    const pages: Page[] = []
    let query = '?limit=5'
    do {
      const page = await list(query)
      pages.push(page)
      query = `?limit=5&cursor=${page.page.next}`
      await store()
    } while (pages.at(-1)?.page.next)
    const ids = pages.map(({ items }) => items.map(({ id }) => id))
    expect(ids.flat()).toEqual(stored.toReversed())

    for (let index = pages.length - 1; index > 0; index -= 1) {
      const back = await list(`?limit=5&cursor=${pages[index]?.page.prev}`)
      expect(back.items.map(({ id }) => id)).toEqual(ids[index - 1])
    }
  })

  test('filters by actor and by action', async () => {
    const wanted = await store({ actorId: 'a', action: 'auth.user_created' })
    await store({ actorId: 'a' })
    await store({ actorId: 'b', action: 'auth.user_created' })
    expect((await list('?actor=a')).items).toHaveLength(2)
    expect((await list('?action=auth.user_created')).items).toHaveLength(2)
    expect((await list('?actor=a&action=auth.user_created')).items.map(({ id }) => id)).toEqual([wanted])
    expect((await list('?actor=nobody')).items).toEqual([])
  })

  test('a cursor of another filter or another list is 400', async () => {
    for (const actorId of ['a', 'a', 'b']) await store({ actorId })
    await Promise.all([auth.createUser(), auth.createUser()])
    const { next } = (await list('?limit=1&actor=a')).page
    const { next: unfiltered } = (await list('?limit=1')).page
    const foreign = [
      `?cursor=${next}`,
      `?actor=b&cursor=${next}`,
      `?actor=a&action=auth.session_ended&cursor=${next}`,
      // A filter value with the separator must not look like another filter.
      `?actor=a:&cursor=${next}`,
      `?actor=a&cursor=${unfiltered}`,
    ]
    for (const query of foreign)
      expect((await ask(query)).json(), query).toMatchObject({ status: 400, code: 'invalid_cursor' })
    const users = await auth.app.inject({ url: '/v1/admin/users?limit=1', headers: await asAdmin(auth) })
    expect((await ask(`?cursor=${users.json<Page>().page.next}`)).statusCode).toBe(400)
  })
})

const login = (email: string, password = testPassword) =>
  auth.app.inject({ method: 'POST', url: '/v1/login', payload: { email, password } })

test('every change of an account is an event with actor, action and outcome; personal data is stored separately', async () => {
  const { id, email } = await auth.createUser()
  const admin = await asAdmin(auth)
  const { headers, refreshToken } = await auth.signIn(email)
  const as = (
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    by: object = headers,
  ) => auth.app.inject({ method, url: `/v1${url}`, headers: { ...by }, ...(payload && { payload }) })
  const secret = 'another battery staple'

  const statuses = [
    await login(email, 'wrong password here'),
    await login('nobody@example.com'),
    await as('PATCH', '/me', { name: 'Siti Nurhaliza' }),
    await as('POST', '/refresh', { refreshToken }),
    await as('POST', '/password/change', { currentPassword: testPassword, newPassword: secret }),
    await as('PUT', `/admin/users/${id}/roles`, { roles: ['editor', 'viewer'] }, admin),
    await as('POST', `/admin/users/${id}/unlock`, undefined, admin),
    await as('POST', `/admin/users/${id}/revoke-sessions`, undefined, admin),
    await as('POST', `/admin/users/${id}/disable`, undefined, admin),
    await login(email, secret),
    await as('POST', `/admin/users/${id}/enable`, undefined, admin),
  ].map(({ statusCode }) => statusCode)
  expect(statuses).toEqual([401, 401, 200, 200, 204, 204, 204, 204, 204, 403, 204])
  backend.clock.advance(1_000)
  const again = await login(email, secret)
  const { accessToken } = again.json<{ accessToken: string }>()
  await as('DELETE', '/me', { password: secret }, { authorization: `Bearer ${accessToken}` })
  await delivered()

  const { items } = await list('?limit=100')
  const recorded = items.map(({ action, outcome }) => `${action.replace('auth.', '')} ${outcome}`)
  expect(new Set(recorded)).toEqual(
    new Set([
      'authn_login_success success',
      'authn_login_fail failure',
      'authn_login_fail denied',
      'user_updated success',
      'authn_password_change success',
      'privilege_permissions_changed success',
      'user_unlocked success',
      'session_ended success',
      'user_disabled success',
      'user_enabled success',
      'user_deleted success',
    ]),
  )
  const changed = items.find(({ action }) => action === 'auth.privilege_permissions_changed')
  expect(changed).toMatchObject({
    actor: { type: 'user' },
    targets: [{ type: 'user', id }],
    ip: '127.0.0.1',
    metadata: { roles: 'editor viewer' },
  })

  // Events outlive the account, so these parts must not name anybody.
  for (const { metadata, actor, targets } of items) {
    const kept = JSON.stringify([metadata, actor, targets])
    for (const personal of [
      email,
      'nobody@example.com',
      'Siti',
      '127.0.0.1',
      testPassword,
      secret,
      'rt_',
      'eyJ',
    ])
      expect(kept).not.toContain(personal)
  }
})
