import { createPrivateKey } from 'node:crypto'
import { waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { asAdministrator, withoutPrivilege } from './administrator.ts'
import { type AuthBackend, type AuthInstance, createAuthBackend, startAuth } from './auth-service.ts'
import { asAdmin } from './mint-token.ts'
import { type SmtpSink, startSmtpSink, tokenIn } from './smtp-sink.ts'

// Collects every secret of one whole run, and checks afterwards that none of them was written where it must not be.

const siti = 'siti@example.com'
const passwords = [
  'correct horse battery staple',
  'a changed battery staple',
  'a reset battery staple',
] as const

let backend: AuthBackend
let sink: SmtpSink
beforeAll(async () => {
  ;[backend, sink] = await Promise.all([createAuthBackend(), startSmtpSink()])
})
beforeEach(() => backend.reset())
afterAll(async () => {
  await sink?.close()
  await backend?.close()
})

async function start(env: Record<string, string>): Promise<AuthInstance> {
  const auth = await startAuth(backend, env)
  onTestFinished(() => auth.close())
  return auth
}

/** Calls every route that creates or accepts a secret. @returns the secrets */
async function wholeRun(auth: AuthInstance, nextMailToken: () => Promise<string>): Promise<string[]> {
  const secrets: string[] = [...passwords]
  const send = async (path: string, payload: object | string, headers: object = {}) => {
    const response = await auth.app.inject({
      method: 'POST',
      url: `/v1/${path}`,
      headers: {
        ...(typeof payload === 'string' && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      payload,
    })
    for (const { value } of response.cookies) if (value) secrets.push(value)
    const body = response.body ? response.json<Record<string, string>>() : {}
    for (const name of ['accessToken', 'refreshToken', 'access_token', 'secret'])
      if (body[name]) secrets.push(body[name])
    expect(response.statusCode, `${path}: ${response.body}`).toBeLessThan(300)
    return body
  }
  const mailToken = async () => {
    const token = await nextMailToken()
    secrets.push(token)
    return token
  }
  const [first, changed, reset] = passwords

  await send('register', { email: siti, password: first, name: 'Siti' })
  await send('verify-email', { token: await mailToken(), password: first })
  const { accessToken = '' } = await send('login', { email: siti, password: first })
  await send('login', { email: siti, password: first, transport: 'cookie' })
  const authorization = `Bearer ${accessToken}`
  await send('password/change', { currentPassword: first, newPassword: changed }, { authorization })
  await send('password/forgot', { email: siti })
  await send('password/reset', { token: await mailToken(), password: reset })
  const { refreshToken } = await send('login', { email: siti, password: reset })
  const refreshed = await send('refresh', { refreshToken })

  const admin = await asAdmin(auth)
  await send(
    'admin/clients',
    { id: 'catalog', name: 'Catalog', scopes: ['events:write'] },
    { ...admin, 'idempotency-key': 'k' },
  )
  const { secret } = await send('admin/clients/catalog/rotate-secret', {}, admin)
  const basic = { authorization: `Basic ${Buffer.from(`catalog:${secret}`).toString('base64')}` }
  secrets.push(basic.authorization)
  const granted = await send('oauth/token', 'grant_type=client_credentials', basic)
  await send('oauth/introspect', `token=${refreshed['refreshToken']}`, basic)
  await send('oauth/revoke', `token=${granted['access_token']}`, basic)

  // Failures must not write more than successes.
  const refuse = (path: string, payload: object) =>
    auth.app.inject({ method: 'POST', url: `/v1/${path}`, payload })
  await refuse('login', { email: siti, password: 'a wrong battery staple' })
  await refuse('login', { email: siti, password: reset, accessToken, unknown: refreshToken })
  await refuse('refresh', { refreshToken: 1, password: first })
  await withoutPrivilege(backend, 'select on users', async () => {
    expect((await refuse('login', { email: siti, password: reset })).statusCode).toBe(500)
  })
  return secrets
}

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await asAdministrator<{ name: string }>(
    backend,
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  )
  const rows = await Promise.all(
    tables.map(({ name }) =>
      asAdministrator<{ row: string }>(backend, `select t::text as row from ${name} t`),
    ),
  )
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n')
}

/** The forms in which a text could contain a secret: itself, or its bytes as PostgreSQL writes them. */
const forms = (secret: string) => [
  secret,
  Buffer.from(secret).toString('hex'),
  ...(/^(rt_)?[\w-]{22,}$/.test(secret)
    ? [Buffer.from(secret.replace(/^rt_/, ''), 'base64url').toString('hex')]
    : []),
]
const foundIn = (text: string, secrets: string[]) =>
  secrets.filter((secret) => forms(secret).some((form) => text.includes(form)))

async function signingSecrets({ deps }: AuthInstance): Promise<string[]> {
  const { privateKeyPem } = await deps.keys.active()
  const { d = '' } = createPrivateKey(privateKeyPem).export({ format: 'jwk' })
  const base64 = privateKeyPem.split('\n').slice(1, -2).join('')
  return [d, base64, 'PRIVATE KEY', deps.config.AUTH_MASTER_KEY.toString('base64url')]
}

describe('no secret of a whole run', () => {
  test('is in the log, in the database or in a key of Redis, even while mails wait to be sent', async () => {
    const auth = await start({ SMTP_URL: sink.url })
    let read = 0
    const nextMailToken = async () => {
      const mail = await waitFor(() => sink.received[read], { what: 'the next mail' })
      read += 1
      return tokenIn(mail)
    }
    const secrets = await wholeRun(auth, nextMailToken)
    // The mail server holds one more, so its message stays in the outbox.
    sink.hold()
    await auth.app.inject({ method: 'POST', url: '/v1/password/forgot', payload: { email: siti } })
    secrets.push(await nextMailToken())
    secrets.push(...(await signingSecrets(auth)))

    const database = await dump()
    expect(database).toContain('password.forgot')
    const keys = await auth.deps.redis.keys(`${backend.redis.keyPrefix}*`)
    const log = JSON.stringify(auth.log)
    sink.release()

    expect(secrets.length).toBeGreaterThan(15)
    expect(foundIn(log, [...secrets, siti, '$argon2'])).toEqual([])
    expect(foundIn(database, secrets)).toEqual([])
    expect(keys.length).toBeGreaterThan(0)
    expect(foundIn(keys.join('\n'), [...secrets, siti])).toEqual([])
    // Proves that the search finds a secret that is there.
    expect(foundIn(database, [siti, '$argon2id$', 'catalog'])).toHaveLength(3)
    expect(auth.log.length).toBeGreaterThan(20)
  })

  test('is in the log outside the mail itself, when mails are logged', async () => {
    const auth = await start({})
    const mails = () => auth.log.filter(({ msg }) => msg === 'mail')
    let read = 0
    const nextMailToken = async () => {
      const mail = await waitFor(() => mails()[read], { what: 'the next mail' })
      read += 1
      return String(mail['link']).split('#token=')[1] ?? ''
    }
    const secrets = await wholeRun(auth, nextMailToken)
    const others = auth.log.filter(({ msg }) => msg !== 'mail')
    expect(foundIn(JSON.stringify(others), [...secrets, siti, '$argon2'])).toEqual([])
    expect(foundIn(JSON.stringify(mails()), secrets)).toHaveLength(2)
  })
})
