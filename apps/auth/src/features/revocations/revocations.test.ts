import { withTransaction } from '@fondasi/postgres'
import { waitFor } from '@fondasi/testing'
import { Client } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { expect, onTestFinished, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'
import { insertRevocations } from './repository.ts'

const { backend, auth } = await useAuth()

const feed = async (query = '', headers?: object) =>
  auth.app.inject({
    url: `/v1/revocations${query}`,
    headers: { ...(headers ?? (await asService(auth, 'catalog'))) },
  })

testResponses('revocations', [
  ['GET /v1/revocations 200', () => feed()],
  ['GET /v1/revocations 200', () => feed('?after=0')],
  ['GET /v1/revocations 400 validation_failed', () => feed('?after=yesterday')],
  ['GET /v1/revocations 401 missing_token', () => feed('', {})],
  ['GET /v1/revocations 403 insufficient_scope', async () => feed('', await asAdmin(auth))],
])

test('a process that starts later refuses everything that was revoked before', async () => {
  const admin = await asAdmin(auth)
  const send = (method: 'POST' | 'PUT' | 'DELETE', path: string, headers: object, payload?: object) =>
    auth.app.inject({ method, url: `/v1${path}`, headers: { ...headers }, ...(payload && { payload }) })
  const revocationsOf: ((user: {
    id: string
    token: object
    refreshToken: string
  }) => ReturnType<typeof send>)[] = [
    ({ refreshToken }) => send('POST', '/logout', {}, { refreshToken }),
    ({ token }) => send('DELETE', '/sessions', token),
    ({ token }) => send('DELETE', '/me', token, { password: testPassword }),
    ({ id }) => send('POST', `/admin/users/${id}/disable`, admin),
    ({ id }) => send('POST', `/admin/users/${id}/revoke-sessions`, admin),
    ({ id }) => send('PUT', `/admin/users/${id}/roles`, admin, { roles: ['editor'] }),
  ]
  const tokens = []
  for (const revoke of revocationsOf) {
    const { id, email } = await auth.createUser()
    const { headers: token, refreshToken } = await auth.signIn(email)
    expect((await revoke({ id, token, refreshToken })).statusCode).toBe(204)
    tokens.push(token)
  }
  const later = await startAuth(backend)
  onTestFinished(() => later.close())
  await expect.poll(async () => (await later.app.inject('/readyz')).statusCode, { timeout: 60_000 }).toBe(200)
  for (const headers of tokens)
    expect((await later.app.inject({ url: '/v1/me', headers })).statusCode).toBe(401)
})

const position = async () => (await feed()).json<{ next: string }>().next
const sessionsAfter = async (after: string) => {
  const { items } = (await feed(`?after=${after}`)).json<{ items: { sessionId: string }[] }>()
  return items.map(({ sessionId }) => sessionId)
}
/** Signs a new user in. */
const newSession = async () => {
  const { refreshToken, headers } = await auth.signIn((await auth.createUser()).email)
  const { items } = (await auth.app.inject({ url: '/v1/sessions', headers })).json<{
    items: { id: string }[]
  }>()
  const logout = () => auth.app.inject({ method: 'POST', url: '/v1/logout', payload: { refreshToken } })
  return { id: items[0]?.id ?? '', logout }
}

test('the feed is in commit order: a reader does not skip a revocation that commits late', async () => {
  const { pool, db, revocations } = auth.deps
  const second = await newSession()
  const late = uuidv7()
  const start = await position()

  const inserted = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const slow = withTransaction(db, async (tx) => {
    await insertRevocations(tx, [revocations.ofSession(late)])
    inserted.resolve()
    await release.promise
  })
  onTestFinished(() => release.resolve())
  await inserted.promise
  let responded = false
  const fast = second.logout().finally(() => {
    responded = true
  })
  const isWaiting = async () => {
    const { rowCount } = await pool.query(
      `select from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`,
    )
    return rowCount === 1
  }
  await waitFor(async () => responded || isWaiting(), {
    timeoutMs: 60_000,
    what: 'the second revocation, committed or waiting for the first',
  })
  const before = (await feed(`?after=${start}`)).json<{ items: { sessionId: string }[]; next: string }>()
  release.resolve()
  await Promise.all([slow, fast])
  const all = [...before.items.map(({ sessionId }) => sessionId), ...(await sessionsAfter(before.next))]
  expect(all).toEqual([late, second.id])
})

test.each([
  ['of the same database', (url: string) => url],
  ['of another database of the server', (url: string) => new URL('/postgres', url).href],
])('a long transaction %s does not delay the feed', async (_name, databaseOf) => {
  const other = new Client({ connectionString: databaseOf(backend.database.adminUrl) })
  await other.connect()
  onTestFinished(() => other.end())
  await other.query('begin')
  await other.query('select pg_current_xact_id()')
  const { id, logout } = await newSession()
  const start = await position()
  expect((await logout()).statusCode).toBe(204)
  expect(await sessionsAfter(start)).toEqual([id])
})
