import { describe, expect, onTestFinished, test } from 'vitest'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { asAdmin } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()

/** A statement has at most 65,535 parameters. An INSERT of one revocation per session used two for each row. */
const manySessions = 33_000

/** Adds copies of a user's only session. */
async function copySession(userId: string, copies: number): Promise<void> {
  await auth.deps.pool.query(
    `insert into sessions (id, user_id, generation, current_hash, rotated_at, transport, client_id, amr, auth_time,
       idle_expires_at, absolute_expires_at, ip, user_agent, last_seen_at, created_at)
     select uuidv7(), user_id, generation, current_hash, rotated_at, transport, client_id, amr, auth_time,
       idle_expires_at, absolute_expires_at, ip, user_agent, last_seen_at, created_at
     from sessions, generate_series(1, $2) where user_id = $1`,
    [userId, copies],
  )
}

async function liveSessions(userId: string): Promise<number> {
  const { rows } = await auth.deps.pool.query<{ count: number }>(
    'select count(*)::int as count from sessions where user_id = $1 and revoked_at is null',
    [userId],
  )
  return rows[0]?.count ?? Number.NaN
}

const statusOfMe = async (headers: object) =>
  (await auth.app.inject({ url: '/v1/me', headers: { ...headers } })).statusCode

interface Account {
  id: string
  email: string
  headers: { authorization: string }
}

describe(`an account with ${manySessions} sessions`, () => {
  const send = async (method: 'POST' | 'PUT' | 'DELETE', url: string, headers: object, payload?: object) =>
    (
      await auth.app.inject({
        method,
        url: `/v1${url}`,
        headers: { ...headers },
        ...(payload && { payload }),
      })
    ).statusCode
  const byAdmin = async (method: 'POST' | 'PUT', { id }: Account, action: string, payload?: object) =>
    send(method, `/admin/users/${id}/${action}`, await asAdmin(auth), payload)
  const newPassword = 'sebuah kata sandi baru'

  test.each<[string, number, number, (account: Account) => Promise<number>]>([
    ['can be disabled', 401, 0, (account) => byAdmin('POST', account, 'disable')],
    [
      'can lose its sessions to an administrator',
      401,
      0,
      (account) => byAdmin('POST', account, 'revoke-sessions'),
    ],
    [
      'can get other roles',
      401,
      manySessions + 1,
      (account) => byAdmin('PUT', account, 'roles', { roles: ['editor'] }),
    ],
    ['can sign out everywhere', 401, 0, ({ headers }) => send('DELETE', '/sessions', headers)],
    [
      'can sign out everywhere else',
      200,
      1,
      ({ headers }) => send('DELETE', '/sessions?keep=current', headers),
    ],
    [
      'can change its password',
      200,
      1,
      ({ headers }) =>
        send('POST', '/password/change', headers, { currentPassword: testPassword, newPassword }),
    ],
    [
      'can reset its password',
      401,
      0,
      async ({ email }) => {
        await auth.app.inject({ method: 'POST', url: '/v1/password/forgot', payload: { email } })
        const { link } = await auth.mailTo(email)
        return send('POST', '/password/reset', {}, { token: link?.split('token=')[1], password: newPassword })
      },
    ],
    ['can be deleted', 401, 0, ({ headers }) => send('DELETE', '/me', headers, { password: testPassword })],
  ])('%s', async (_name, statusAfterwards, sessionsLeft, act) => {
    const { id, email } = await auth.createUser()
    const { headers } = await auth.signIn(email)
    await copySession(id, manySessions)
    expect(await act({ id, email, headers })).toBe(204)
    expect(await liveSessions(id)).toBe(sessionsLeft)
    expect(await statusOfMe(headers)).toBe(statusAfterwards)
  })
})

describe('beyond SESSIONS_PER_ACCOUNT', () => {
  test('a login ends the oldest live session, revokes its tokens and records it', async () => {
    const small = await startAuth(backend, { SESSIONS_PER_ACCOUNT: '3' })
    onTestFinished(() => small.close())
    const { id, email } = await small.createUser()
    const signedIn = []
    for (let count = 0; count < 5; count += 1) {
      signedIn.push(await small.signIn(email))
      backend.clock.advance(1_000)
    }
    const statuses = await Promise.all(
      signedIn.map(async ({ headers }) => (await small.app.inject({ url: '/v1/me', headers })).statusCode),
    )
    expect(statuses).toEqual([401, 401, 200, 200, 200])
    expect(await liveSessions(id)).toBe(3)
    const { rows } = await small.deps.pool.query(
      `select e->'targets' as targets, e->'metadata' as metadata
       from (select payload as e from outbox union select event from security_events) as events
       where e->>'action' = 'auth.session_ended'`,
    )
    expect(rows).toHaveLength(2)
    expect(rows[0]).toEqual({
      targets: [
        { type: 'user', id },
        { type: 'session', id: expect.any(String) },
      ],
      metadata: { reason: 'session_limit', sessions: 1 },
    })
  })

  test('logins at once leave as many sessions as the limit, and record the end of each other one once', async () => {
    const small = await startAuth(backend, { SESSIONS_PER_ACCOUNT: '3' })
    onTestFinished(() => small.close())
    const { id, email } = await small.createUser()
    await Promise.all(Array.from({ length: 8 }, () => small.signIn(email)))
    expect(await liveSessions(id)).toBe(3)
    const { rows } = await small.deps.pool.query(
      `select sum((e->'metadata'->>'sessions')::int)::int as recorded,
         (select count(*)::int from revocations join sessions s on s.id = session_id where s.user_id = $1) as revoked
       from (select payload as e from outbox union select event from security_events) as events
       where e->>'action' = 'auth.session_ended' and e->'actor'->>'id' = $1::text`,
      [id],
    )
    expect(rows).toEqual([{ recorded: 5, revoked: 5 }])
  })

  test('an account that has far too many is brought down to the limit by its next login', async () => {
    const { id, email } = await auth.createUser()
    await auth.signIn(email)
    await copySession(id, 2_000)
    await auth.signIn(email)
    expect(await liveSessions(id)).toBe(auth.deps.config.SESSIONS_PER_ACCOUNT)
  })

  test('sessions that have expired do not count', async () => {
    const small = await startAuth(backend, { SESSIONS_PER_ACCOUNT: '2' })
    onTestFinished(() => small.close())
    const { id, email } = await small.createUser()
    await small.signIn(email)
    backend.clock.advance(15 * 24 * 60 * 60_000)
    const first = await small.signIn(email)
    await small.signIn(email)
    expect((await small.app.inject({ url: '/v1/me', headers: first.headers })).statusCode).toBe(200)
    expect(await liveSessions(id)).toBe(3)
  })
})
