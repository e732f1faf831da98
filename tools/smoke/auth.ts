import { randomBytes } from 'node:crypto'
import { type AuthApi, createClient } from '@fondasi/client'
import { commonRoutes } from './common-routes.ts'
import { expectData, expectProblem, expectStatus, expectThat } from './expectations.ts'
import type { Flow, SmokeContext } from './flow.ts'
import { waitForLink } from './mailbox.ts'

/** From registration to a revoked session; administration, service accounts, discovery. */
export const authFlow: Flow = async (context) => {
  await commonRoutes(context)
  await discovery(context)
  await refusals(context)
  if (context.mailbox) await accountOfAPerson(context, context.mailbox)
  else await context.step('skipped registration: it needs --mail-url', async () => {})
  await accountOfAService(context)
}

async function discovery({ step, ...context }: SmokeContext) {
  const auth = createClient<AuthApi>(context)
  await step('metadata names keys that exist', async () => {
    const metadata = expectData(await auth.GET('/.well-known/oauth-authorization-server'), 200)
    expectThat(metadata.jwks_uri.endsWith('/.well-known/jwks.json'), 'expected a jwks_uri')
    const { keys } = expectData(await auth.GET('/.well-known/jwks.json'), 200)
    expectThat(keys.length > 0, 'expected at least one key')
  })
}

async function refusals({ get, step, ...context }: SmokeContext) {
  const auth = createClient<AuthApi>(context)
  await step('a failure is a problem document', async () => {
    const response = await get('/v1/nothing-here')
    const error: { code: string } = JSON.parse(await response.text())
    expectProblem({ error, response }, 404, 'not_found')
    const refused = await auth.GET('/v1/me')
    expectProblem(refused, 401, 'missing_token')
    const { headers } = refused.response
    expectThat(
      headers.get('www-authenticate') === 'Bearer realm="fondasi"',
      'expected a Bearer challenge with a realm',
    )
    expectThat(headers.has('x-request-id'), 'expected a request id')
  })
  await step('a response says how many requests the limit leaves', async () => {
    const remaining = async () => {
      const { headers } = (await auth.GET('/v1/me')).response
      expectThat(/;q=\d+;w=\d+/.test(headers.get('ratelimit-policy') ?? ''), 'expected ratelimit-policy')
      return Number(/;r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])
    }
    const before = await remaining()
    const after = await remaining()
    // A new window may begin between the two requests.
    expectThat(after === before - 1 || after > before, `expected one less than ${before}, not ${after}`)
  })
}

async function accountOfAPerson(
  { get, step, ...context }: SmokeContext,
  mailbox: NonNullable<SmokeContext['mailbox']>,
) {
  const auth = createClient<AuthApi>(context)
  const as = (token: string) => createClient<AuthApi>({ ...context, token: () => token })
  const email = `smoke-${randomBytes(6).toString('hex')}@example.com`
  const password = randomBytes(16).toString('base64url')
  const login = async () => expectData(await auth.POST('/v1/login', { body: { email, password } }), 200)
  const refresh = (refreshToken = '') => auth.POST('/v1/refresh', { body: { refreshToken } })

  await step('register', async () => {
    const body = { email, name: 'Smoke', password }
    expectStatus(await auth.POST('/v1/register', { body }), 202)
  })
  const token = await step('a mail arrives, and its link leads to a page', async () => {
    const link = new URL(await waitForLink(mailbox, email))
    expectThat(
      link.href.startsWith(`${context.baseUrl}/verify-email#`),
      `expected a link below ${context.baseUrl}`,
    )
    expectStatus(await get('/verify-email'), 200)
    return new URLSearchParams(link.hash.slice(1)).get('token') ?? ''
  })
  await step('verify', async () => {
    expectStatus(await auth.POST('/v1/verify-email', { body: { token, password } }), 200)
  })
  const first = await step('login', async () => {
    const answer = await auth.POST('/v1/login', { body: { email, password } })
    const tokens = expectData(answer, 200)
    expectThat(answer.response.headers.get('cache-control') === 'no-store', 'expected no-store')
    expectStatus(await as(tokens.accessToken).GET('/v1/me'), 200)
    return tokens
  })
  const second = await step('refresh', async () => expectData(await refresh(first.refreshToken), 200))
  await step('replay within the grace: the same successor', async () => {
    const replayed = expectData(await refresh(first.refreshToken), 200)
    expectThat(replayed.refreshToken === second.refreshToken, 'expected the same refresh token')
  })
  const third = await step('refresh again', async () => expectData(await refresh(second.refreshToken), 200))
  await step('reuse of the first token', async () => {
    expectProblem(await refresh(first.refreshToken), 401, 'invalid_grant')
  })
  await step('the session is revoked for every token', async () => {
    expectProblem(await refresh(third.refreshToken), 401, 'invalid_grant')
    expectProblem(await as(third.accessToken).GET('/v1/me'), 401, 'invalid_token')
  })
  await step('the account can be deleted', async () => {
    const { accessToken } = await login()
    expectStatus(await as(accessToken).DELETE('/v1/me', { body: { password } }), 204)
  })
}

async function accountOfAService({ step, admin, ...context }: SmokeContext) {
  const auth = createClient<AuthApi>(context)
  const administration = await step('login as the administrator', async () => {
    const { accessToken } = expectData(await auth.POST('/v1/login', { body: admin }), 200)
    const client = createClient<AuthApi>({ ...context, token: () => accessToken })
    expectStatus(await client.GET('/v1/admin/users', { params: { query: { limit: 1 } } }), 200)
    return client
  })
  const id = `smoke-${randomBytes(6).toString('hex')}`
  const secret = await step('create a service account', async () => {
    const body = { id, name: 'Smoke', scopes: ['products:read'] }
    return expectData(await administration.POST('/v1/admin/clients', { body }), 201).secret
  })
  const credentials = { client_id: id, client_secret: secret }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const requestToken = () =>
    auth.POST('/v1/oauth/token', { body: { grant_type: 'client_credentials', ...credentials }, headers })
  const token = await step('get its token', async () => expectData(await requestToken(), 200).access_token)
  await step('introspection reports it as active', async () => {
    const answer = await auth.POST('/v1/oauth/introspect', { body: { token, ...credentials }, headers })
    expectThat(expectData(answer, 200).active, 'expected an active token')
  })
  await step('delete the service account', async () => {
    const params = { path: { id } }
    expectStatus(await administration.DELETE('/v1/admin/clients/{id}', { params }), 204)
    expectStatus(await requestToken(), 401)
  })
}
