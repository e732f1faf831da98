import { describe, expect, test } from 'vitest'
import { type SignedIn, testPassword } from '../../../test/auth-service.ts'
import { loginRequests } from '../../../test/login-requests.ts'
import { asAdmin } from '../../../test/mint-token.ts'
import { useTwoAuths } from '../../../test/use-auth.ts'

const { backend, auth, other } = await useTwoAuths()

type Method = 'GET' | 'POST' | 'PUT'
const ask = (headers: object, method: Method, path: string, payload?: object, instance = auth) =>
  instance.app.inject({
    method,
    url: `/v1/admin/users${path}`,
    headers: { ...headers },
    ...(payload !== undefined && { payload }),
  })
const me = ({ accessToken }: { accessToken: string }, instance = auth) =>
  instance.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${accessToken}` } })
const refresh = ({ refreshToken }: { refreshToken: string }) =>
  auth.app.inject({ method: 'POST', url: '/v1/refresh', payload: { refreshToken } })
const login = (email: string, password = testPassword) =>
  auth.app.inject({ method: 'POST', url: '/v1/login', payload: { email, password } })

/** How many events of an action a user is the target of, delivered or not. */
async function eventsOf(userId: string, action: string): Promise<number> {
  const { rows } = await auth.deps.pool.query<{ count: number }>(
    `select count(*)::int from (
       select payload as event from outbox where topic = 'audit.event'
       union all select event from security_events
     ) where event->>'action' = $1 and event->'targets'->0->>'id' = $2`,
    [`auth.${action}`, userId],
  )
  return rows[0]?.count ?? 0
}

describe('the list', () => {
  type Page = { items: { email: string }[]; page: { next: string | null; prev: string | null } }
  const list = async (query: string) => {
    const response = await ask(await asAdmin(auth), 'GET', query)
    expect(response.statusCode, response.body).toBe(200)
    return response.json<Page>()
  }

  test('shows everyone once, newest first, while accounts are added', async () => {
    const first = await Promise.all(Array.from({ length: 9 }, () => auth.createUser()))
    const pages: Page[] = []
    let cursor = ''
    do {
      const page = await list(`?limit=2${cursor}`)
      pages.push(page)
      cursor = `&cursor=${page.page.next}`
      await auth.createUser()
    } while (pages.at(-1)?.page.next)
    const seen = pages.flatMap(({ items }) => items.map(({ email }) => email))
    expect(seen.toSorted()).toEqual(first.map(({ email }) => email).toSorted())
    // Backwards, the pages are the same.
    const back = await list(`?limit=2&cursor=${pages.at(-1)?.page.prev}`)
    expect(back.items).toEqual(pages.at(-2)?.items)
  })

  test('a cursor that was changed, or is of another list or filter, is 400', async () => {
    const emails = await Promise.all(Array.from({ length: 3 }, async () => (await auth.createUser()).email))
    const { next } = (await list('?limit=1')).page
    const admin = await asAdmin(auth)
    const foreign = [
      `/v1/admin/users?limit=1&email=${emails[0]}&cursor=${next}`,
      `/v1/admin/events?cursor=${next}`,
      `/v1/admin/clients?cursor=${next}`,
      `/v1/admin/users?cursor=${next?.slice(1)}`,
      `/v1/admin/users?cursor=${next}AAAA`,
      '/v1/admin/users?cursor=',
      '/v1/admin/users?cursor=null',
    ]
    for (const url of foreign) {
      const response = await auth.app.inject({ url, headers: admin })
      expect(response.json(), url).toMatchObject({ status: 400, code: 'invalid_cursor' })
    }
  })

  test('finds an address in any capitalisation, and never shows a hash', async () => {
    const { email } = await auth.createUser({ email: 'siti@example.com' })
    await auth.createUser()
    const { items } = await list('?email=%20SITI@Example.com')
    expect(items.map((item) => item.email)).toEqual([email])
    expect(JSON.stringify(items)).not.toContain('argon2')
  })
})

describe('disabling', () => {
  test('during 20 parallel refreshes and logins: no session stays live and no token is accepted', async () => {
    const { id, email } = await auth.createUser()
    const sessions: SignedIn[] = []
    for (let index = 0; index < 5; index += 1) sessions.push(await auth.signIn(email))
    const [disabled, ...answers] = await Promise.all([
      ask(await asAdmin(auth), 'POST', `/${id}/disable`),
      ...sessions.flatMap((session) => Array.from({ length: 4 }, () => refresh(session))),
      ...Array.from({ length: 4 }, () => login(email)),
    ])
    expect(disabled.statusCode).toBe(204)
    expect(answers.filter(({ statusCode }) => ![200, 401, 403].includes(statusCode))).toEqual([])
    const issued = answers.filter(({ statusCode }) => statusCode === 200).map((each) => each.json<SignedIn>())
    for (const tokens of [...sessions, ...issued]) {
      expect((await me(tokens)).statusCode).toBe(401)
      await expect.poll(async () => (await me(tokens, other)).statusCode, { timeout: 60_000 }).toBe(401)
      expect((await refresh(tokens)).statusCode).toBe(401)
    }
    const live = await auth.deps.pool.query(
      'select from sessions where user_id = $1 and revoked_at is null',
      [id],
    )
    expect(live.rowCount).toBe(0)
  })

  test('only the right password reveals that the account is disabled; once enabled, it signs in again', async () => {
    const { id, email } = await auth.createUser()
    const admin = await asAdmin(auth)
    await ask(admin, 'POST', `/${id}/disable`)
    expect((await login(email)).json()).toMatchObject({ status: 403, code: 'account_disabled' })
    expect((await login(email, 'wrong password here')).json()).toMatchObject({ code: 'invalid_credentials' })
    await ask(admin, 'POST', `/${id}/enable`)
    expect((await login(email)).statusCode).toBe(200)
  })
})

test.each([
  [
    'PUT',
    'roles',
    { roles: ['viewer', 'editor'] },
    { roles: ['editor', 'viewer'] },
    'privilege_permissions_changed',
  ],
  ['POST', 'disable', undefined, undefined, 'user_disabled'],
] as const)(
  '%s %s: the same again changes nothing, revokes nothing and records no event',
  async (...change) => {
    const [method, action, first, again, event] = change
    const { id, email } = await auth.createUser()
    const admin = await asAdmin(auth)
    await ask(admin, method, `/${id}/${action}`, first)
    const session = action === 'roles' ? await auth.signIn(email) : undefined
    expect((await ask(admin, method, `/${id}/${action}`, again)).statusCode).toBe(204)
    if (session) expect((await me(session)).statusCode).toBe(200)
    expect(await eventsOf(id, event)).toBe(1)
  },
)

test('POST enable: an account that is enabled stays so, without an event', async () => {
  const { id } = await auth.createUser()
  expect((await ask(await asAdmin(auth), 'POST', `/${id}/enable`)).statusCode).toBe(204)
  expect(await eventsOf(id, 'user_enabled')).toBe(0)
})

test('revoke-sessions: ends all sessions, and the user may sign in again', async () => {
  const { id, email } = await auth.createUser()
  const [here, there] = [await auth.signIn(email), await auth.signIn(email)]
  await ask(await asAdmin(auth), 'POST', `/${id}/revoke-sessions`)
  for (const session of [here, there]) {
    expect((await me(session)).statusCode).toBe(401)
    expect((await refresh(session)).statusCode).toBe(401)
  }
  expect((await login(email)).statusCode).toBe(200)
})

test('unlock: an account that others have locked can sign in immediately', async () => {
  const { id, email } = await auth.createUser()
  for (let guess = 0; guess < 10; guess += 1) await login(email, `wrong guess ${guess}`)
  await loginRequests(backend, auth).prolongLocks()
  expect((await login(email)).statusCode).toBe(429)
  expect((await ask(await asAdmin(auth), 'POST', `/${id}/unlock`)).statusCode).toBe(204)
  expect((await login(email)).statusCode).toBe(200)
})

test('concurrent ways to end the same sessions do not deadlock', async () => {
  const { id, email } = await auth.createUser()
  const admin = await asAdmin(auth)
  for (let round = 0; round < 5; round += 1) {
    const sessions: SignedIn[] = []
    for (let index = 0; index < 8; index += 1) sessions.push(await auth.signIn(email))
    // Each refresh moves a row, so the order in the table is not that of the ids.
    await Promise.all(sessions.slice(0, 4).map(refresh))
    const answers = await Promise.all([
      ...sessions
        .slice(0, 4)
        .map(({ headers }) => auth.app.inject({ method: 'DELETE', url: '/v1/sessions', headers })),
      ask(admin, 'POST', `/${id}/revoke-sessions`),
      ask(admin, 'PUT', `/${id}/roles`, { roles: [] }),
      ...sessions.map(refresh),
    ])
    expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([])
    backend.clock.advance(1_000)
  }
})
