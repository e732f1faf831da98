import { type OwnServer, waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  type AuthProcess,
  hangMs,
  type ProcessBackend,
  startAuthProcess,
  startProcessBackend,
} from './auth-process.ts'
import { type SmtpSink, startSmtpSink, tokenIn } from './smtp-sink.ts'

// The real program on servers that are killed while it runs.

const password = 'correct horse battery staple'

let backend: ProcessBackend
let sink: SmtpSink
beforeAll(async () => {
  ;[backend, sink] = await Promise.all([startProcessBackend(), startSmtpSink()])
})
afterAll(async () => {
  await sink?.close()
  await backend?.close()
})

async function start(env: Record<string, string> = {}): Promise<AuthProcess> {
  const auth = await startAuthProcess(backend, { SMTP_URL: sink.url, ...env })
  onTestFinished(() => auth.kill())
  return auth
}

const mailsTo = (email: string) => sink.received.filter((mail) => mail.includes(`To: ${email}`))
const mailTo = (email: string) =>
  waitFor(() => mailsTo(email)[0], { what: `a mail to ${email}`, timeoutMs: hangMs })
const register = (auth: AuthProcess, email: string) =>
  auth.request('/v1/register', { body: { email, password, name: 'Siti' } })
const login = (auth: AuthProcess, email: string, guess = password) =>
  auth.request('/v1/login', { body: { email, password: guess } })
const verify = (auth: AuthProcess, mail: string) =>
  auth.request('/v1/verify-email', { body: { token: tokenIn(mail), password } })
const ready = async (auth: AuthProcess) => {
  const { status, body } = await auth.request('/readyz')
  return `${status} ${body.status}`
}
const becomes = (auth: AuthProcess, state: string) =>
  waitFor(async () => (await ready(auth)) === state, { what: `readiness to be ${state}`, timeoutMs: hangMs })

/** Kills a server. @returns a function that restarts it. It is restarted when the test ends at the latest */
async function outageOf(server: OwnServer): Promise<() => Promise<void>> {
  await server.kill()
  let restarted: Promise<void> | undefined
  const restart = () => (restarted ??= server.restart())
  onTestFinished(restart)
  return restart
}

/** Registers, verifies the address and signs in, all through the API. */
async function signUp(auth: AuthProcess, email: string) {
  await register(auth, email)
  await verify(auth, await mailTo(email))
  return (await login(auth, email)).body
}

describe('without Redis', () => {
  test('the service starts, signs in and throttles; when Redis starts, it is used', async () => {
    const restartRedis = await outageOf(backend.redis)
    const auth = await start()
    expect(await ready(auth)).toBe('200 degraded')
    const { accessToken } = await signUp(auth, 'start@example.com')
    expect((await auth.request('/v1/me', { token: accessToken })).status).toBe(200)
    await restartRedis()
    await becomes(auth, '200 ok')
  })

  test('killed: guesses are still throttled, and other processes learn of revocations by polling', async () => {
    const [auth, other] = await Promise.all([start(), start()])
    const { accessToken, refreshToken } = await signUp(auth, 'redis@example.com')
    await backend.sql("update users set roles = '{admin}' where email = 'redis@example.com'")
    const admin = (await auth.request('/v1/refresh', { body: { refreshToken } })).body
    expect((await other.request('/v1/me', { token: accessToken })).status).toBe(200)

    await outageOf(backend.redis)
    await becomes(auth, '200 degraded')
    const guesses = []
    for (let guess = 0; guess < 11; guess += 1)
      guesses.push((await login(auth, 'victim@example.com', `wrong guess ${guess}`)).status)
    expect(guesses).toEqual([...Array(10).fill(401), 429])

    // Nothing was unlocked, so the response must be an error.
    const unlock = await auth.request(`/v1/admin/users/${admin.user.id}/unlock`, {
      method: 'POST',
      token: admin.accessToken,
    })
    expect(unlock.body).toMatchObject({ status: 503, code: 'dependency_unavailable' })
    expect(unlock.headers.get('retry-after')).toBe('5')

    expect((await auth.request('/v1/logout', { body: { refreshToken: admin.refreshToken } })).status).toBe(
      204,
    )
    expect((await auth.request('/v1/me', { token: accessToken })).status).toBe(401)
    // Nothing is pushed without Redis, so the process can know it only from its poll.
    await waitFor(async () => (await other.request('/v1/me', { token: accessToken })).status === 401, {
      what: 'the other process to refuse',
      timeoutMs: hangMs,
    })
  })
})

describe('without PostgreSQL', () => {
  test('503 with Retry-After until it is back; no acknowledged request is lost', async () => {
    const auth = await start()
    const { accessToken, refreshToken } = await signUp(auth, 'postgres@example.com')

    // Acknowledged, and not yet delivered when the database dies.
    sink.hold()
    onTestFinished(() => sink.release())
    expect((await register(auth, 'acknowledged@example.com')).status).toBe(202)
    await mailTo('acknowledged@example.com')
    sink.received.length = 0
    const restartPostgres = await outageOf(backend.postgres)
    sink.release()

    for (const answer of [
      await auth.request('/v1/me', { token: accessToken }),
      await auth.request('/v1/refresh', { body: { refreshToken } }),
      await register(auth, 'refused@example.com'),
      await login(auth, 'postgres@example.com'),
    ]) {
      expect(answer.body).toMatchObject({ status: 503, code: 'dependency_unavailable' })
      expect(answer.headers.get('retry-after')).toBe('5')
    }
    expect(await ready(auth)).toBe('503 unavailable')
    expect((await auth.request('/livez')).status).toBe(200)

    await restartPostgres()
    await becomes(auth, '200 ok')
    // Its lease would expire by itself, after 45 s.
    await backend.sql('update outbox set available_at = now()')
    const mail = await mailTo('acknowledged@example.com')
    expect((await verify(auth, mail)).status).toBe(200)
    expect((await login(auth, 'acknowledged@example.com')).status).toBe(200)
    // The failed refresh did not end the session.
    expect((await auth.request('/v1/refresh', { body: { refreshToken } })).status).toBe(200)
    expect(JSON.stringify(auth.log)).not.toContain('postgres@example.com')
  })
})

test('kill -9 in the middle of a delivery: another process sends the mail, with a link that works', async () => {
  const dying = await start()
  sink.hold()
  onTestFinished(() => sink.release())
  expect((await register(dying, 'crash@example.com')).status).toBe(202)
  const first = await mailTo('crash@example.com')
  await dying.kill()
  sink.release()

  const auth = await start()
  await backend.sql('update outbox set available_at = now()')
  await waitFor(() => mailsTo('crash@example.com').length === 2, {
    what: 'the second mail',
    timeoutMs: hangMs,
  })
  expect(tokenIn(mailsTo('crash@example.com')[1])).toBe(tokenIn(first))
  expect((await verify(auth, first)).status).toBe(200)
})
