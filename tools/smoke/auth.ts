import { randomBytes } from 'node:crypto'
import { expectStatus, expectThat } from './expectations.ts'
import type { Flow, SmokeContext } from './flow.ts'
import { field, textField } from './http-client.ts'
import { waitForLink } from './mailbox.ts'

/** From registration to a revoked session; administration, service accounts, discovery. */
export const authFlow: Flow = async (context) => {
  await discovery(context)
  await refusals(context)
  if (context.mailbox) await accountOfAPerson(context, context.mailbox)
  else await context.step('skipped registration: it needs --mail-url', async () => {})
  await accountOfAService(context)
}

async function discovery({ http, step }: SmokeContext) {
  await step('ready, with a result for each dependency', async () => {
    const answer = expectStatus(await http('/readyz'), 200)
    expectThat(field(answer, 'status') === 'ok', 'expected the status ok')
  })
  await step('metadata names keys that exist', async () => {
    const metadata = expectStatus(await http('/.well-known/oauth-authorization-server'), 200)
    expectThat(textField(metadata, 'jwks_uri').endsWith('/.well-known/jwks.json'), 'expected a jwks_uri')
    const keys = field(expectStatus(await http('/.well-known/jwks.json'), 200), 'keys')
    expectThat(Array.isArray(keys) && keys.length > 0, 'expected at least one key')
  })
  await step('the API reference and its OpenAPI', async () => {
    expectStatus(await http('/docs/'), 200)
    expectThat(field(expectStatus(await http('/openapi.json'), 200), 'openapi') === '3.1.0', 'expected 3.1.0')
  })
}

async function refusals({ http, step }: SmokeContext) {
  await step('a failure is a problem document', async () => {
    expectStatus(await http('/v1/nothing-here'), 404, 'not_found')
    const answer = expectStatus(await http('/v1/me'), 401, 'missing_token')
    expectThat(
      answer.headers.get('www-authenticate') === 'Bearer realm="fondasi"',
      'expected a Bearer challenge with a realm',
    )
    expectThat(answer.headers.has('x-request-id'), 'expected a request id')
  })
  await step('a response says how many requests the limit leaves', async () => {
    const remaining = async () => {
      const { headers } = await http('/v1/me')
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
  { http, step, ...context }: SmokeContext,
  mailbox: NonNullable<SmokeContext['mailbox']>,
) {
  const email = `smoke-${randomBytes(6).toString('hex')}@example.com`
  const password = randomBytes(16).toString('base64url')
  await step('register', async () => {
    const body = { email, name: 'Smoke', password }
    expectStatus(await http('/v1/register', { method: 'POST', body }), 202)
  })
  const token = await step('a mail arrives, and its link leads to a page', async () => {
    const link = new URL(await waitForLink(mailbox, email))
    expectThat(
      link.href.startsWith(`${context.baseUrl}/verify-email#`),
      `expected a link below ${context.baseUrl}`,
    )
    expectStatus(await http('/verify-email'), 200)
    return new URLSearchParams(link.hash.slice(1)).get('token')
  })
  await step('verify', async () => {
    expectStatus(await http('/v1/verify-email', { method: 'POST', body: { token, password } }), 200)
  })
  const first = await step('login', async () => {
    const answer = expectStatus(await http('/v1/login', { method: 'POST', body: { email, password } }), 200)
    expectThat(answer.headers.get('cache-control') === 'no-store', 'expected no-store')
    const accessToken = textField(answer, 'accessToken')
    expectStatus(await http('/v1/me', { token: accessToken }), 200)
    return textField(answer, 'refreshToken')
  })
  const refresh = (refreshToken: string) => http('/v1/refresh', { method: 'POST', body: { refreshToken } })
  const second = await step('refresh', async () =>
    textField(expectStatus(await refresh(first), 200), 'refreshToken'),
  )
  await step('replay within the grace: the same successor', async () => {
    const replayed = textField(expectStatus(await refresh(first), 200), 'refreshToken')
    expectThat(replayed === second, 'expected the same refresh token')
  })
  const third = await step('refresh again', async () => expectStatus(await refresh(second), 200))
  await step('reuse of the first token', async () => {
    expectStatus(await refresh(first), 401, 'invalid_grant')
  })
  await step('the session is revoked for every token', async () => {
    expectStatus(await refresh(textField(third, 'refreshToken')), 401, 'invalid_grant')
    expectStatus(await http('/v1/me', { token: textField(third, 'accessToken') }), 401, 'invalid_token')
  })
  await step('the account can be deleted', async () => {
    const login = expectStatus(await http('/v1/login', { method: 'POST', body: { email, password } }), 200)
    const call = { method: 'DELETE', token: textField(login, 'accessToken'), body: { password } }
    expectStatus(await http('/v1/me', call), 204)
  })
}

async function accountOfAService({ http, step, admin }: SmokeContext) {
  const token = await step('login as the administrator', async () => {
    const login = expectStatus(await http('/v1/login', { method: 'POST', body: admin }), 200)
    const accessToken = textField(login, 'accessToken')
    expectStatus(await http('/v1/admin/users?limit=1', { token: accessToken }), 200)
    return accessToken
  })
  const id = `smoke-${randomBytes(6).toString('hex')}`
  const secret = await step('create a service account', async () => {
    const body = { id, name: 'Smoke', scopes: ['products:read'] }
    const answer = await http('/v1/admin/clients', { method: 'POST', token, body })
    return textField(expectStatus(answer, 201), 'secret')
  })
  const client = { client_id: id, client_secret: secret }
  const issued = await step('get its token', async () => {
    const call = { method: 'POST', form: { grant_type: 'client_credentials', ...client } }
    return textField(expectStatus(await http('/v1/oauth/token', call), 200), 'access_token')
  })
  const introspect = async () => {
    const call = { method: 'POST', form: { token: issued, ...client } }
    return field(expectStatus(await http('/v1/oauth/introspect', call), 200), 'active')
  }
  await step('introspection reports it as active', async () => {
    expectThat((await introspect()) === true, 'expected an active token')
  })
  await step('delete the service account', async () => {
    expectStatus(await http(`/v1/admin/clients/${id}`, { method: 'DELETE', token }), 204)
    const call = { method: 'POST', form: { grant_type: 'client_credentials', ...client } }
    expectStatus(await http('/v1/oauth/token', call), 401)
  })
}
