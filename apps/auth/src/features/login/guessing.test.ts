import { startOwnRedis, waitFor } from '@fondasi/testing'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { startAuth, testPassword } from '../../../test/auth-service.ts'
import { ipOf, loginRequests, mostGuesses, statuses, wrongPassword } from '../../../test/login-requests.ts'
import { useTwoAuths } from '../../../test/use-auth.ts'

const { backend, auth, other } = await useTwoAuths()
const asks = loginRequests(backend, auth)

// Otherwise an event of this test could be stored during the next.
afterEach(async () => void (await asks.events()))

const guessAtOnce = (email: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, n) =>
      asks.login(email, wrongPassword, { ip: ipOf(n), instance: n % 2 === 0 ? auth : other }),
    ),
  )

/** Fails ten times, and prolongs the lock of one second, so that it outlives a slow test. */
async function lock(email: string): Promise<void> {
  expect(statuses(await guessAtOnce(email, 10))).toEqual({ 401: 10 })
  await asks.prolongLocks()
}

test('200 parallel guesses from 200 addresses through two instances: 10 are tested, and nothing is hashed for the others', async () => {
  const { email } = await auth.createUser()
  const before = await asks.hashCount()
  const startedAt = performance.now()
  const answers = statuses(await guessAtOnce(email, 200))
  const { 401: tested = 0 } = answers
  expect(tested).toBeGreaterThanOrEqual(10)
  expect(tested).toBeLessThanOrEqual(mostGuesses(performance.now() - startedAt))
  expect(answers).toEqual({ 401: tested, 429: 200 - tested })
  expect((await asks.hashCount()) - before).toBe(tested)
  expect(await asks.eventCount('authn_login_fail')).toBe(tested)
  expect(await asks.eventCount('authn_login_lock')).toBe(tested - 9)
})

test('30 parallel logins with the right password all succeed', async () => {
  const { email } = await auth.createUser()
  const logins = await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      asks.login(email, testPassword, { ip: ipOf(n), instance: n % 2 === 0 ? auth : other }),
    ),
  )
  expect(statuses(logins)).toEqual({ 200: 30 })
  expect(await asks.bucketsOf('account')).toEqual([])
})

test('right passwords are not counted as failures when Redis stalls and continues', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis.stop())
  // As in a process: commands fail soon.
  const alone = await startAuth(backend, { REDIS_URL: redis.url }, { redisCommandTimeoutMs: 250 })
  onTestFinished(() => alone.close())
  const { email } = await auth.createUser()
  const pid = Number(/process_id:(\d+)/.exec(await alone.deps.redis.info('server'))?.[1])
  process.kill(pid, 'SIGSTOP')
  onTestFinished(() => void process.kill(pid, 'SIGCONT'))
  for (let n = 0; n < 12; n += 1) {
    const login = await asks.login(email, testPassword, { ip: ipOf(n), instance: alone })
    expect(login.statusCode).toBe(200)
  }
  process.kill(pid, 'SIGCONT')
  await waitFor(() => alone.deps.redis.ping(), { what: 'Redis to answer', timeoutMs: 60_000 })
  for (let n = 0; n < 12; n += 1) {
    const login = await asks.login(email, testPassword, { ip: ipOf(n), instance: alone })
    expect(login.statusCode).toBe(200)
  }
})

test('a locked account refuses the right password too and says how long to wait; a known device may sign in', async () => {
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
  expect(statuses(await guessAtOnce('nobody@example.com', 30))).toEqual({ 401: 10, 429: 20 })
})

test('a device cookie is ignored if it is forged, of another account or older than a year', async () => {
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

test('after 100 consecutive failures no password works from an unknown device until it is reset by mail', async () => {
  const patient = await startAuth(backend, { LOGIN_FAILURES_PER_ACCOUNT: '1000' })
  onTestFinished(() => patient.close())
  const { email } = await auth.createUser()
  const cookie = await asks.deviceCookieOf(email)
  const guesses = await Promise.all(
    Array.from({ length: 110 }, (_, n) =>
      asks.login(email, wrongPassword, { ip: ipOf(n), instance: patient }),
    ),
  )
  expect(statuses(guesses)).toEqual({ 401: 100, 403: 10 })
  const off = await asks.login(email, testPassword, { instance: patient })
  expect(off.statusCode).toBe(403)
  expect(off.json()).toMatchObject({ code: 'password_login_off' })
  expect((await asks.login(email, testPassword, { instance: patient, cookie })).statusCode).toBe(200)

  await auth.app.inject({ method: 'POST', url: '/v1/password/forgot', payload: { email } })
  // Any of the instances may deliver it.
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

test('without Redis, guesses are still throttled', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis.stop())
  const alone = await startAuth(backend, { REDIS_URL: redis.url })
  onTestFinished(() => alone.close())
  const { email } = await auth.createUser()
  await redis.kill()
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => asks.login(email, wrongPassword, { ip: ipOf(n), instance: alone })),
  )
  expect(statuses(guesses)).toEqual({ 401: 10, 429: 10 })
  const metric = await alone.deps.metrics.registry.getSingleMetricAsString(
    'auth_login_throttle_fallback_total',
  )
  expect(Number(/ (\d+)$/m.exec(metric)?.[1])).toBeGreaterThanOrEqual(20)
})
