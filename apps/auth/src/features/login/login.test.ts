import { startOwnRedis, waitFor } from '@fondasi/testing'
import { hash as argon2Hash } from '@node-rs/argon2'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type AuthBackend,
  type AuthInstance,
  createAuthBackend,
  startAuth,
  testPassword,
} from '../../../test/auth-service.ts'
import { sessions, users } from '../../db/schema.ts'

let backend: AuthBackend
let auth: AuthInstance
let other: AuthInstance
beforeAll(async () => {
  backend = await createAuthBackend()
  auth = await startAuth(backend)
  other = await startAuth(backend)
})
beforeEach(() => backend.reset())
afterAll(async () => {
  await Promise.all([auth?.close(), other?.close()])
  await backend?.close()
})

const wrongPassword = 'not the right password'

function login(
  email: string,
  password: string,
  from: { ip?: string; cookie?: string; transport?: string; instance?: AuthInstance } = {},
) {
  return (from.instance ?? auth).app.inject({
    method: 'POST',
    url: '/v1/login',
    remoteAddress: from.ip ?? '192.0.2.1',
    headers: from.cookie === undefined ? {} : { cookie: from.cookie },
    payload: { email, password, ...(from.transport && { transport: from.transport }) },
  })
}

/** The device cookie that a right password brings. */
async function deviceCookieOf(email: string): Promise<string> {
  const response = await login(email, testPassword)
  const cookie = response.cookies.find(({ name }) => name === 'dc')
  return `dc=${cookie?.value}`
}

/** Hashes made or verified so far; both instances share the hasher of this process. */
async function hashCount(): Promise<number> {
  const text = await auth.deps.metrics.registry.getSingleMetricAsString('auth_hash_wait_seconds')
  return Number(/_count\S* (\d+)/.exec(text)?.[1])
}

/** Security events, once the outbox has delivered them. */
async function events(): Promise<string[]> {
  const { pool } = auth.deps
  await waitFor(
    async () => (await pool.query("select from outbox where topic = 'audit.event'")).rowCount === 0,
    {
      what: 'the events to be delivered',
    },
  )
  const { rows } = await pool.query<{ text: string }>('select event::text as text from security_events')
  return rows.map((row) => row.text)
}

const eventCount = async (action: string) =>
  (await events()).filter((text) => text.includes(`"auth.${action}"`)).length

const ipOf = (n: number) => `10.1.${n >> 8}.${n & 255}`

const guessAtOnce = (email: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      login(email, wrongPassword, { ip: ipOf(n), instance: n % 2 === 0 ? auth : other }),
    ),
  )

const statuses = (responses: { statusCode: number }[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(responses, (each) => each.statusCode)).map(([status, all]) => [
      status,
      all?.length,
    ]),
  )

describe('signing in', () => {
  test('gives tokens and a device cookie, and writes the event', async () => {
    const { id, email } = await auth.createUser()
    const response = await login(email, testPassword)
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ tokenType: 'Bearer', user: { id, email } })
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.cookies).toEqual([
      expect.objectContaining({
        name: 'dc',
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: 31_536_000,
      }),
    ])
    expect(await eventCount('authn_login_success')).toBe(1)
  })

  test('the address may be spelled in another way, the password typed with other code points', async () => {
    const { email } = await auth.createUser({ email: 'siti@example.com' })
    await auth.deps.db
      .update(users)
      .set({ passwordHash: await auth.deps.hasher.hash('caf\u00e9 di tepi sawah') })
    expect((await login(' SITI@Example.COM', 'cafe\u0301 di tepi sawah')).statusCode).toBe(200)
    expect((await login(email, 'caf\u00e9 di tepi sawah ')).statusCode).toBe(401)
  })

  test('a wrong password and an unknown address get the same answer for the same work', async () => {
    const { email } = await auth.createUser()
    const before = await hashCount()
    const wrong = await login(email, wrongPassword)
    const known = (await hashCount()) - before
    const unknown = await login('nobody@example.com', wrongPassword)
    expect(await hashCount()).toBe(before + 2 * known)
    expect(known).toBe(1)
    for (const response of [wrong, unknown]) {
      expect(response.statusCode).toBe(401)
      expect(response.headers['www-authenticate']).toBe('Bearer')
      expect(response.cookies).toEqual([])
    }
    expect({ ...unknown.json(), requestId: '' }).toEqual({ ...wrong.json(), requestId: '' })
    expect(await eventCount('authn_login_fail')).toBe(2)
    expect((await events()).join()).not.toContain(email)
  })

  test.each([
    {},
    { email: 'siti@example.com' },
    { email: 'not an address', password: testPassword },
    { email: 'siti@example.com', password: '' },
    { email: 'siti@example.com', password: 'x'.repeat(513) },
    { email: 'siti@example.com', password: '\ud800 lone surrogate' },
    { email: 'siti@example.com', password: testPassword, transport: 'header' },
    { email: 'siti@example.com', password: testPassword, admin: true },
    { email: ['siti@example.com'], password: testPassword },
  ])('a body that does not fit is refused before any work: %j', async (payload) => {
    const before = await hashCount()
    const response = await auth.app.inject({ method: 'POST', url: '/v1/login', payload })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'validation_failed' })
    expect(await hashCount()).toBe(before)
  })

  test('that an account is disabled is told only to who knows the password', async () => {
    const { id, email } = await auth.createUser()
    await auth.deps.db.update(users).set({ disabledAt: backend.clock() }).where(eq(users.id, id))
    expect((await login(email, wrongPassword)).json()).toMatchObject({ code: 'invalid_credentials' })
    const right = await login(email, testPassword)
    expect(right.statusCode).toBe(403)
    expect(right.json()).toMatchObject({ code: 'account_disabled' })
    expect(await auth.deps.db.select().from(sessions)).toEqual([])
    expect(await eventCount('authn_login_success')).toBe(0)
  })

  test('logins at once with a weaker hash all succeed, and one stronger hash takes its place', async () => {
    const { id, email } = await auth.createUser()
    const weak = await argon2Hash(testPassword, { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
    await auth.deps.db.update(users).set({ passwordHash: weak }).where(eq(users.id, id))
    const responses = await Promise.all(Array.from({ length: 8 }, () => login(email, testPassword)))
    expect(statuses(responses)).toEqual({ 200: 8 })
    const [user] = await auth.deps.db.select().from(users)
    expect(user?.passwordHash).toContain('m=19456,t=2,')
    expect((await login(email, testPassword)).statusCode).toBe(200)
  })
})

describe('guessing', () => {
  test('200 guesses at once from 200 addresses through two instances: 10 are tested, for the rest nothing is hashed', async () => {
    const { email } = await auth.createUser()
    const before = await hashCount()
    const responses = await guessAtOnce(email, 200)
    expect(statuses(responses)).toEqual({ 401: 10, 429: 190 })
    expect((await hashCount()) - before).toBe(10)
    expect(await eventCount('authn_login_fail')).toBe(10)
    expect(await eventCount('authn_login_lock')).toBe(1)
  })

  test('locked means locked for the right password too, with the seconds to wait; a known device is let in', async () => {
    const { email } = await auth.createUser()
    const cookie = await deviceCookieOf(email)
    await lock(email)
    const before = await hashCount()
    const locked = await login(email, testPassword)
    expect(locked.statusCode).toBe(429)
    expect(locked.json()).toMatchObject({ code: 'too_many_attempts' })
    expect(Number(locked.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(await hashCount()).toBe(before)

    expect((await login(email, testPassword, { cookie })).statusCode).toBe(200)
    expect((await login(email, testPassword, { cookie, instance: other })).statusCode).toBe(200)
  })

  test('an unknown address is locked like a known one', async () => {
    expect(statuses(await guessAtOnce('nobody@example.com', 30))).toEqual({ 401: 10, 429: 20 })
  })

  test('a device cookie is worth nothing forged, for another account, or after a year', async () => {
    const { email } = await auth.createUser()
    const stranger = await auth.createUser()
    const cookie = await deviceCookieOf(email)
    const changed = `${cookie.slice(0, -4)}${cookie.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
    const ofStranger = await deviceCookieOf(stranger.email)
    await lock(email)
    for (const useless of [changed, ofStranger, 'dc=', `dc=${'A'.repeat(48)}`, 'dc=%00']) {
      expect((await login(email, testPassword, { cookie: useless })).statusCode).toBe(429)
    }
    backend.clock.advance(366 * 24 * 60 * 60_000)
    expect((await login(email, testPassword, { cookie })).statusCode).toBe(429)
  })

  test('guesses with a stolen device cookie are limited as well', async () => {
    const { email } = await auth.createUser()
    const cookie = await deviceCookieOf(email)
    const guesses = await Promise.all(
      Array.from({ length: 30 }, () => login(email, wrongPassword, { cookie })),
    )
    expect(statuses(guesses)).toEqual({ 401: 10, 429: 20 })
  })

  test('after 100 failures in a row no unknown device gets in with a password, until it is reset by mail', async () => {
    const patient = await startAuth(backend, { LOGIN_FAILURES_PER_ACCOUNT: '1000' })
    const { email } = await auth.createUser()
    const cookie = await deviceCookieOf(email)
    // A hundred hashes at once would be more than the queue takes.
    const guesses = []
    for (let n = 0; n < 110; n += 1)
      guesses.push(await login(email, wrongPassword, { ip: ipOf(n), instance: patient }))
    expect(statuses(guesses)).toEqual({ 401: 100, 403: 10 })
    const off = await login(email, testPassword, { instance: patient })
    expect(off.statusCode).toBe(403)
    expect(off.json()).toMatchObject({ code: 'password_login_off' })
    expect((await login(email, testPassword, { instance: patient, cookie })).statusCode).toBe(200)

    await auth.app.inject({ method: 'POST', url: '/v1/password/forgot', payload: { email } })
    // Whichever instance has delivered it.
    const mail = await waitFor(
      () =>
        [auth, other, patient]
          .flatMap(({ log }) => log)
          .find((line) => line['msg'] === 'mail' && line['to'] === email),
      { what: 'the mail' },
    )
    const password = 'sebuah kata sandi baru'
    const reset = await auth.app.inject({
      method: 'POST',
      url: '/v1/password/reset',
      payload: { token: String(mail['link']).split('token=')[1], password },
    })
    expect(reset.statusCode).toBe(204)
    expect((await login(email, password, { instance: patient })).statusCode).toBe(200)
    await patient.close()
  })

  test('an administrator unlocks an account', async () => {
    const { email, id } = await auth.createUser()
    const admin = await auth.createUser({ roles: ['admin'] })
    const { headers } = await auth.signIn(admin.email)
    await lock(email)
    expect((await login(email, testPassword)).statusCode).toBe(429)
    const unlock = await auth.app.inject({ method: 'POST', url: `/v1/admin/users/${id}/unlock`, headers })
    expect(unlock.statusCode).toBe(204)
    expect((await login(email, testPassword)).statusCode).toBe(200)
  })

  test('with Redis killed guesses are throttled all the same', async () => {
    const redis = await startOwnRedis()
    const alone = await startAuth(backend, { REDIS_URL: redis.url })
    const { email } = await auth.createUser()
    await redis.kill()
    const guesses = await Promise.all(
      Array.from({ length: 20 }, (_, n) => login(email, wrongPassword, { ip: ipOf(n), instance: alone })),
    )
    expect(statuses(guesses)).toEqual({ 401: 10, 429: 10 })
    const metric = await alone.deps.metrics.registry.getSingleMetricAsString(
      'auth_login_throttle_fallback_total',
    )
    expect(metric).toMatch(/ 20$/m)
    await alone.close()
    await redis.stop()
  })
})

describe('capacity', () => {
  test('beyond the queue a login is refused with 503 and is nobody’s failed attempt', async () => {
    const { email } = await auth.createUser()
    const work: Promise<unknown>[] = []
    const fill = () => {
      try {
        for (;;) {
          auth.deps.hasher.assertCapacity()
          work.push(auth.deps.hasher.hash('work'))
        }
      } catch (error) {
        return error
      }
    }
    expect(fill()).toMatchObject({ code: 'temporary_capacity' })
    const refused = await Promise.all(Array.from({ length: 20 }, () => login(email, testPassword)))
    fill()
    expect(statuses(refused)).toEqual({ 503: 20 })
    expect(refused[0]?.json()).toMatchObject({ code: 'temporary_capacity' })
    expect(refused[0]?.headers['retry-after']).toBe('2')
    await Promise.all(work)
    expect(statuses(await Promise.all(Array.from({ length: 9 }, () => login(email, testPassword))))).toEqual({
      200: 9,
    })
  })

  test('a client that goes away loses its place: nothing is hashed for it, nothing counted', async () => {
    const { email } = await auth.createUser()
    const url = await other.app.listen({ host: '127.0.0.1', port: 0 })
    const before = await hashCount()
    const work = Array.from({ length: 12 }, () => auth.deps.hasher.hash('work'))
    const client = new AbortController()
    const depth = async () => {
      const text = await auth.deps.metrics.registry.getSingleMetricAsString('auth_hash_queue_depth')
      return Number(/ (\d+)$/m.exec(text)?.[1])
    }
    const waitingBefore = await depth()
    const request = fetch(`${url}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: wrongPassword }),
      signal: client.signal,
    }).catch((error: unknown) => error)
    await waitFor(async () => (await bucketsOf('account')).length === 1, {
      what: 'the attempt to be counted',
    })
    client.abort()
    await request
    await waitFor(() => other.log.some((line) => line['code'] === 'client_gone'), {
      what: 'the place to be dropped',
    })
    await Promise.all(work)
    expect(waitingBefore).toBeGreaterThan(0)
    expect((await hashCount()) - before).toBe(12)
    await waitFor(async () => (await bucketsOf('account')).length === 0, {
      what: 'the attempt to be given back',
    })
    expect(await eventCount('authn_login_fail')).toBe(0)
  })
})

/** Throttle buckets of a kind in Redis. */
async function bucketsOf(kind: string): Promise<string[]> {
  const { keyPrefix } = backend.redis
  const keys = await auth.deps.redis.keys(`${keyPrefix}{login}:${kind}:*`)
  return keys.map((key) => key.slice(keyPrefix.length))
}

/** Fails ten times, and makes the lock of a second as long as it gets, so that it outlives a slow test. */
async function lock(email: string): Promise<void> {
  expect(statuses(await guessAtOnce(email, 10))).toEqual({ 401: 10 })
  const [bucket = ''] = await bucketsOf('account')
  await auth.deps.redis.hset(bucket, 'until', Date.now() + 15 * 60_000)
}
