import { waitFor } from '@fondasi/testing'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { asAdministrator } from '../../../test/administrator.ts'
import { testPassword } from '../../../test/auth-service.ts'
import { asAdmin, mintToken } from '../../../test/mint-token.ts'
import { nextMillisecond } from '../../../test/next-millisecond.ts'
import { useTwoAuths } from '../../../test/use-auth.ts'

const { backend, auth, other } = await useTwoAuths({ REFRESHES_PER_SESSION_PER_MINUTE: '10000' })

interface Tokens {
  accessToken: string
  refreshToken: string
}

const setRoles = async (id: string, roles: string[], headers?: { authorization: string }) =>
  auth.app.inject({
    method: 'PUT',
    url: `/v1/admin/users/${id}/roles`,
    headers: headers ?? (await asAdmin(auth)),
    payload: { roles },
  })
const administer = ({ accessToken }: { accessToken: string }, instance = auth) =>
  instance.app.inject({ url: '/v1/admin/users', headers: { authorization: `Bearer ${accessToken}` } })
const refresh = (refreshToken: string) =>
  auth.app.inject({ method: 'POST', url: '/v1/refresh', payload: { refreshToken } })
const login = (email: string) =>
  auth.app.inject({ method: 'POST', url: '/v1/login', payload: { email, password: testPassword } })

const rolesIn = ({ accessToken }: Tokens): unknown =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).roles

describe('a change of roles takes effect on every instance', () => {
  test.each([
    ['given', [], ['admin'], 403, 200],
    ['taken', ['admin'], [], 200, 403],
  ])(
    '%s: the old token is refused, and a refresh returns the new roles',
    async (_name, from, to, before, after) => {
      const { id, email } = await auth.createUser({ roles: from })
      await auth.createUser({ roles: ['admin'] })
      const old = await auth.signIn(email)
      for (const instance of [auth, other]) expect((await administer(old, instance)).statusCode).toBe(before)
      expect((await setRoles(id, to)).statusCode).toBe(204)
      expect((await administer(old)).statusCode).toBe(401)
      await expect.poll(async () => (await administer(old, other)).statusCode, { timeout: 60_000 }).toBe(401)

      await nextMillisecond(auth)
      const fresh = (await refresh(old.refreshToken)).json<Tokens>()
      for (const instance of [auth, other]) expect((await administer(fresh, instance)).statusCode).toBe(after)
    },
  )

  test('50 races with refreshes and logins: no token with the old roles is accepted afterwards', async () => {
    await auth.createUser({ roles: ['admin'] })
    const { id, email } = await auth.createUser()
    const admin = await asAdmin(auth)
    let { refreshToken } = await auth.signIn(email)
    let accepted = 0
    for (let race = 0; race < 50; race += 1) {
      const roles = race % 2 === 0 ? ['admin', 'editor'] : ['viewer']
      const [changed, ...answers] = await Promise.all([
        setRoles(id, roles, admin),
        ...Array.from({ length: 4 }, () => refresh(refreshToken)),
        login(email),
      ])
      expect(changed.statusCode).toBe(204)
      for (const answer of answers) {
        expect(answer.statusCode, answer.body).toBe(200)
        const tokens = answer.json<Tokens>()
        const { statusCode } = await administer(tokens)
        if (statusCode === 401) continue
        accepted += 1
        expect(rolesIn(tokens)).toEqual(roles)
      }
      refreshToken = answers[0]?.json<Tokens>().refreshToken ?? ''
    }
    // Otherwise the races would prove nothing.
    expect(accepted).toBeGreaterThan(0)
  })

  test('a retry within the grace period, while the change is being committed, does not get the old roles', async () => {
    await auth.createUser({ roles: ['admin'] })
    const { id, email } = await auth.createUser({ roles: ['admin'] })
    const { refreshToken } = await auth.signIn(email)
    await refresh(refreshToken)

    // Stops the change after it has read the clock and before it commits.
    const holder = new Client({ connectionString: backend.database.adminUrl })
    await holder.connect()
    onTestFinished(() => holder.end())
    await holder.query('begin; lock table revocations in exclusive mode')
    const changing = setRoles(id, [])
    const waitingFor = async (statement: string) =>
      (
        await asAdministrator(
          backend,
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
          [statement],
        )
      ).length
    await waitFor(() => waitingFor('%insert into "revocations"%'), { what: 'the change to wait' })

    await nextMillisecond(auth)
    let answered = false
    const retrying = refresh(refreshToken).finally(() => {
      answered = true
    })
    await waitFor(async () => answered || (await waitingFor('%from "users"%')), {
      what: 'the retry to be answered, or to wait for the change',
    })
    await holder.query('commit')
    expect((await changing).statusCode).toBe(204)
    const { statusCode } = await administer((await retrying).json<Tokens>())
    expect([401, 403]).toContain(statusCode)
  })
})

test('two administrators who remove each other, 50 times: one remains', async () => {
  const pair = await Promise.all([0, 1].map(() => auth.createUser({ roles: ['admin'] })))
  const session = {
    id: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70',
    amr: ['pwd'],
    authTime: backend.clock(),
  }
  for (let race = 0; race < 50; race += 1) {
    await auth.deps.pool.query("update users set roles = '{admin}', disabled_at = null")
    await nextMillisecond(auth)
    const answers = await Promise.all(
      pair.map(async ({ id }, index) => {
        const accessToken = await mintToken(auth, {
          subject: id,
          clientId: 'web',
          roles: ['admin'],
          scope: [],
          session,
        })
        const victim = pair[1 - index]?.id ?? ''
        const headers = { authorization: `Bearer ${accessToken}` }
        return (race + index) % 2 === 0
          ? setRoles(victim, [], headers)
          : auth.app.inject({ method: 'POST', url: `/v1/admin/users/${victim}/disable`, headers })
      }),
    )
    // An administrator who was removed before their own request arrived gets 401.
    const statuses = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)
    expect([
      [204, 401],
      [204, 409],
    ]).toContainEqual(statuses)
    const { rowCount } = await auth.deps.pool.query(
      "select from users where 'admin' = any(roles) and disabled_at is null",
    )
    expect(rowCount).toBe(1)
  }
})
