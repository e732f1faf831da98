import { startOwnRedis, waitFor } from '@fondasi/testing'
import { expect, test } from 'vitest'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { ipOf, loginRequests, statuses, wrongPassword } from '../../../test/login-requests.ts'
import { useTwoAuths } from '../../../test/use-auth.ts'

const { backend, auth, other } = await useTwoAuths()
const asks = loginRequests(backend, auth)

const guessAtOnce = (email: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      asks.login(email, wrongPassword, { ip: ipOf(n), instance: n % 2 === 0 ? auth : other }),
    ),
  )

/**
 * Guesses at once: ten are admitted. A very busy machine takes longer for all than the first lock lasts (1, then 2, 4 s),
 * after which one more may be; and it sheds some of the ten, unless it has the time to hash them.
 *
 * @returns how many were tested
 */
async function guess(email: string, count: number): Promise<number> {
  const startedAt = performance.now()
  const { 401: tested = 0, 503: shed = 0 } = statuses(await guessAtOnce(email, count))
  const seconds = (performance.now() - startedAt) / 1_000
  expect(tested + shed).toBeGreaterThanOrEqual(10)
  expect(tested).toBeLessThanOrEqual(10 + Math.floor(Math.log2(1 + seconds)))
  return tested
}

/** Fails ten times, and makes the lock of a second as long as it gets, so that it outlives a slow test. */
async function lock(email: string): Promise<void> {
  expect(statuses(await guessAtOnce(email, 10))).toEqual({ 401: 10 })
  const [bucket = ''] = await asks.bucketsOf('account')
  await auth.deps.redis.hset(bucket, 'until', Date.now() + 15 * 60_000)
}

test('200 guesses at once from 200 addresses through two instances: 10 are tested, for the rest nothing is hashed', async () => {
  const { email } = await auth.createUser()
  const before = await asks.hashCount()
  const tested = await guess(email, 200)
  expect((await asks.hashCount()) - before).toBe(tested)
  expect(await asks.eventCount('authn_login_fail')).toBe(tested)
  expect(await asks.eventCount('authn_login_lock')).toBe(Math.max(0, tested - 9))
})

test('locked means locked for the right password too, with the seconds to wait; a known device is let in', async () => {
  const { email } = await auth.createUser()
  const cookie = await asks.deviceCookieOf(email)
  await lock(email)
  const before = await asks.hashCount()
  const locked = await asks.login(email, testPassword)
  expect(locked.statusCode).toBe(429)
  expect(locked.json()).toMatchObject({ code: 'too_many_attempts' })
  expect(Number(locked.headers['retry-after'])).toBeGreaterThanOrEqual(1)
  expect(await asks.hashCount()).toBe(before)

  expect((await asks.login(email, testPassword, { cookie })).statusCode).toBe(200)
  expect((await asks.login(email, testPassword, { cookie, instance: other })).statusCode).toBe(200)
})

test('an unknown address is locked like a known one', async () => {
  expect(await guess('nobody@example.com', 30)).toBeLessThan(30)
})

test('a device cookie is worth nothing forged, for another account, or after a year', async () => {
  const { email } = await auth.createUser()
  const stranger = await auth.createUser()
  const cookie = await asks.deviceCookieOf(email)
  const changed = `${cookie.slice(0, -4)}${cookie.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
  const ofStranger = await asks.deviceCookieOf(stranger.email)
  await lock(email)
  for (const useless of [changed, ofStranger, 'dc=', `dc=${'A'.repeat(48)}`, 'dc=%00']) {
    expect((await asks.login(email, testPassword, { cookie: useless })).statusCode).toBe(429)
  }
  backend.clock.advance(366 * 24 * 60 * 60_000)
  expect((await asks.login(email, testPassword, { cookie })).statusCode).toBe(429)
})

test('guesses with a stolen device cookie are limited as well', async () => {
  const { email } = await auth.createUser()
  const cookie = await asks.deviceCookieOf(email)
  const guesses = await Promise.all(
    Array.from({ length: 30 }, () => asks.login(email, wrongPassword, { cookie })),
  )
  expect(statuses(guesses)).toEqual({ 401: 10, 429: 20 })
})

test('after 100 failures in a row no unknown device gets in with a password, until it is reset by mail', async () => {
  const patient = await startAuth(backend, { LOGIN_FAILURES_PER_ACCOUNT: '1000' })
  const { email } = await auth.createUser()
  const cookie = await asks.deviceCookieOf(email)
  // A hundred hashes at once would be more than the queue takes.
  const guesses = []
  for (let n = 0; n < 110; n += 1)
    guesses.push(await asks.login(email, wrongPassword, { ip: ipOf(n), instance: patient }))
  expect(statuses(guesses)).toEqual({ 401: 100, 403: 10 })
  const off = await asks.login(email, testPassword, { instance: patient })
  expect(off.statusCode).toBe(403)
  expect(off.json()).toMatchObject({ code: 'password_login_off' })
  expect((await asks.login(email, testPassword, { instance: patient, cookie })).statusCode).toBe(200)

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
  expect((await asks.login(email, password, { instance: patient })).statusCode).toBe(200)
  await patient.close()
})

test('an administrator unlocks an account', async () => {
  const { email, id } = await auth.createUser()
  const admin = await auth.createUser({ roles: ['admin'] })
  const { headers } = await auth.signIn(admin.email)
  await lock(email)
  expect((await asks.login(email, testPassword)).statusCode).toBe(429)
  const unlock = await auth.app.inject({ method: 'POST', url: `/v1/admin/users/${id}/unlock`, headers })
  expect(unlock.statusCode).toBe(204)
  expect((await asks.login(email, testPassword)).statusCode).toBe(200)
})

test('with Redis killed guesses are throttled all the same', async () => {
  const redis = await startOwnRedis()
  const alone = await startAuth(backend, { REDIS_URL: redis.url })
  const { email } = await auth.createUser()
  await redis.kill()
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => asks.login(email, wrongPassword, { ip: ipOf(n), instance: alone })),
  )
  expect(statuses(guesses)).toEqual({ 401: 10, 429: 10 })
  const metric = await alone.deps.metrics.registry.getSingleMetricAsString(
    'auth_login_throttle_fallback_total',
  )
  expect(metric).toMatch(/ 20$/m)
  await alone.close()
  await redis.stop()
})
