import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { testResponses } from '../../../test/api-description.ts'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { asAdmin, asService } from '../../../test/mint-token.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()

const feed = async (query = '', headers?: object) =>
  auth.app.inject({
    url: `/v1/revocations${query}`,
    headers: { ...(headers ?? (await asService(auth, 'catalog'))) },
  })

testResponses('revocations', [
  ['GET /v1/revocations 200', () => feed()],
  ['GET /v1/revocations 200', () => feed('?after=0:0')],
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
    ({ id }) => send('PUT', `/admin/users/${id}/roles`, admin, { roles: [] }),
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
  // A transaction of another test file on the same server delays the feed (ADR 4).
  for (const headers of tokens) {
    const status = async () => (await later.app.inject({ url: '/v1/me', headers })).statusCode
    await expect.poll(status, { timeout: 60_000 }).toBe(401)
  }
})

test('the feed is in commit order: a reader does not skip a row that commits late', async () => {
  const slow = new Client({ connectionString: backend.database.adminUrl })
  await slow.connect()
  onTestFinished(() => slow.end())
  type Page = { items: { sessionId: string }[]; next: string }
  const insert = `insert into revocations (session_id, expires_at) values (uuidv7(), now() + '1 day') returning session_id as id`
  const idOf = ({ rows }: { rows: { id: string }[] }) => rows[0]?.id

  await slow.query('begin')
  const late = idOf(await slow.query<{ id: string }>(insert))
  const early = idOf(await auth.deps.pool.query<{ id: string }>(insert))
  const before = (await feed()).json<Page>()
  expect(before.items).toEqual([])
  await slow.query('commit')
  // A transaction of another test file delays the feed, too.
  const idsAfter = async () =>
    (await feed(`?after=${before.next}`)).json<Page>().items.map(({ sessionId }) => sessionId)
  await expect.poll(idsAfter, { timeout: 60_000 }).toEqual([late, early])
})
