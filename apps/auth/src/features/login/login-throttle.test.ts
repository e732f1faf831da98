import { createRedis } from '@fondasi/redis'
import { createClock, createTestRedis, startOwnRedis, waitFor } from '@fondasi/testing'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { mostGuesses } from '../../../test/login-requests.ts'
import { admitScript } from './login-throttle.lua.ts'
import { createLoginThrottle, type LoginThrottle, type Reservation } from './login-throttle.ts'
import { inFlightMs } from './throttle-rules.ts'

const log = pino({ level: 'silent' })
// A busy machine must not look like an outage.
const commandTimeoutMs = 60_000
const corner = await createTestRedis()
const redis = createRedis({
  url: corner.url,
  keyPrefix: corner.keyPrefix,
  profile: 'worker',
  connectionName: 'throttle-test',
  log,
  commandTimeoutMs,
})
// The first test would otherwise begin before the client is connected, and be counted in process.
await redis.ping()
const limits = { LOGIN_FAILURES_PER_ACCOUNT: 10, LOGIN_FAILURES_PER_IP: 30 }
const patient = { LOGIN_FAILURES_PER_ACCOUNT: 1_000, LOGIN_FAILURES_PER_IP: 1_000 }
const key = Buffer.alloc(32, 1)

/** One process. Several share the Redis of this file. */
function startThrottle(options: { config?: typeof limits; url?: string } = {}) {
  const registry = new Registry()
  const clock = createClock()
  const own =
    options.url === undefined
      ? redis
      : createRedis({ url: options.url, profile: 'request', connectionName: 'own', log, commandTimeoutMs })
  const throttle = createLoginThrottle({ redis: own, key, config: options.config ?? limits, clock, registry })
  return { throttle, clock, registry, redis: own }
}

const countOf = (outcomes: string[], outcome: Reservation['outcome']) =>
  outcomes.filter((each) => each === outcome).length

async function mustAdmit(reservation: Promise<Reservation>) {
  const admitted = await reservation
  if (admitted.outcome !== 'admitted') throw new Error(`was ${admitted.outcome}`)
  return admitted
}

type Attempt = Parameters<LoginThrottle['reserve']>[0]

/** A wrong password. @returns what the throttle says to it */
async function fail(throttle: LoginThrottle, attempt: Attempt): Promise<Reservation['outcome']> {
  const reservation = await throttle.reserve(attempt)
  if (reservation.outcome === 'admitted') await reservation.settle('wrong')
  return reservation.outcome
}

const guess = (n: number, email = 'siti@example.com'): Attempt => ({
  email,
  ip: `10.0.${n >> 8}.${n & 255}`,
  device: undefined,
})
const failAtOnce = (throttle: LoginThrottle, count: number, attemptOf: (n: number) => Attempt = guess) =>
  Promise.all(Array.from({ length: count }, (_, n) => fail(throttle, attemptOf(n))))

beforeEach(() => corner.flush())
afterAll(async () => {
  redis.disconnect()
  await corner.close()
})

test('200 parallel guesses from 200 addresses through two processes: exactly 10 are tested', async () => {
  const [first, second] = [startThrottle().throttle, startThrottle().throttle]
  const processes = [first, second]
  const startedAt = performance.now()
  const all = await Promise.all(
    Array.from({ length: 200 }, (_, n) => fail(processes[n % 2] ?? first, guess(n))),
  )
  const tested = countOf(all, 'admitted')
  expect(tested).toBeGreaterThanOrEqual(10)
  expect(tested).toBeLessThanOrEqual(mostGuesses(performance.now() - startedAt))
  expect(countOf(all, 'locked')).toBe(200 - tested)
})

test('200 parallel right passwords: each waits for its turn, up to a hundred at once', async () => {
  const { throttle } = startThrottle()
  const succeed = async (n: number) => {
    const reservation = await throttle.reserve(guess(n))
    if (reservation.outcome === 'admitted') await reservation.settle('right')
    return reservation.outcome
  }
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => succeed(n)))
  expect(countOf(all, 'admitted')).toBeGreaterThanOrEqual(110)
  expect(await redis.keys(`${corner.keyPrefix}*`)).toEqual([])
})

test('an attempt waits five seconds for those in flight, no longer', async () => {
  const { throttle, clock } = startThrottle()
  for (let n = 0; n < 10; n += 1) await mustAdmit(throttle.reserve(guess(n)))
  const waiting = throttle.reserve(guess(10))
  clock.advance(5_001)
  expect(await waiting).toEqual({ outcome: 'locked', retryAfterMs: 1_000 })
})

test('an attempt that asks again with the same id counts once', async () => {
  const keys = ['{login}:case', '{login}:in-flight:case']
  const ask = () => redis.eval(admitScript, keys.length, ...keys, 'same-id', inFlightMs, 1)
  expect(await ask()).toEqual(['admitted'])
  expect(await ask()).toEqual(['admitted'])
})

test('an attempt whose process dies stops counting', async () => {
  const { throttle } = startThrottle()
  for (let n = 0; n < 10; n += 1) await mustAdmit(throttle.reserve(guess(n)))
  const [account = ''] = await redis.keys(`${corner.keyPrefix}{login}:in-flight:account:*`)
  expect(await redis.pttl(account.slice(corner.keyPrefix.length))).toBeLessThanOrEqual(inFlightMs)
  await redis.del(account.slice(corner.keyPrefix.length))
  await mustAdmit(throttle.reserve(guess(10)))
})

test('an address without an account is counted like any other', async () => {
  const { throttle } = startThrottle()
  const tested = []
  for (const email of ['siti@example.com', 'nobody@example.com'])
    tested.push(countOf(await failAtOnce(throttle, 20, (n) => guess(n, email)), 'admitted'))
  expect(tested).toEqual([10, 10])
})

test('an attempt during a lock is not counted and does not prolong it', async () => {
  const { throttle } = startThrottle()
  await failAtOnce(throttle, 10)
  const keys = await redis.keys(`${corner.keyPrefix}{login}:account:*`)
  const account = String(keys[0]).slice(corner.keyPrefix.length)
  await redis.hset(account, 'until', Date.now() + 60_000)
  const before = await redis.hgetall(account)
  expect(before).toMatchObject({ n: '10' })
  expect(countOf(await failAtOnce(throttle, 50), 'locked')).toBe(50)
  expect(await throttle.reserve(guess(1))).toMatchObject({ retryAfterMs: expect.any(Number) })
  expect(await redis.hgetall(account)).toEqual(before)
})

test('guesses from elsewhere or from the same network never lock the owner out on a known device', async () => {
  const { throttle } = startThrottle()
  const attack = () => ({ ...guess(1), ip: '192.0.2.1' })
  expect(countOf(await failAtOnce(throttle, 100, attack), 'locked')).toBe(90)
  const owner = { email: 'siti@example.com', ip: '192.0.2.1', device: 'known' }
  expect(await throttle.reserve(owner)).toMatchObject({ outcome: 'admitted' })
})

test('a known device has a limit of its own', async () => {
  const { throttle } = startThrottle()
  const owner = { email: 'siti@example.com', ip: '192.0.2.1', device: 'stolen' }
  expect(countOf(await failAtOnce(throttle, 30, () => owner), 'admitted')).toBe(10)
  expect(await throttle.reserve({ ...owner, device: 'another' })).toMatchObject({ outcome: 'admitted' })
  expect(await throttle.reserve({ ...owner, device: undefined })).toMatchObject({ outcome: 'admitted' })
})

test('one network can guess at 30 accounts, with any of its IPv6 addresses', async () => {
  const { throttle } = startThrottle()
  const spray = (prefix: string) =>
    failAtOnce(throttle, 60, (n) => ({
      email: `user${n}@example.com`,
      ip: `${prefix}::${n}`,
      device: undefined,
    }))
  expect(countOf(await spray('2001:db8:0:1'), 'admitted')).toBe(30)
  expect(countOf(await spray('2001:db8:0:2'), 'admitted')).toBe(30)
})

test('the failure that reaches the limit says that it has locked the account', async () => {
  const { throttle } = startThrottle()
  const locked = []
  for (let n = 0; n < 10; n += 1) {
    const attempt = await mustAdmit(throttle.reserve(guess(n)))
    locked.push((await attempt.settle('wrong')).locked)
  }
  expect(locked).toEqual([...Array(9).fill(false), true])
})

test('100 consecutive failures turn the password off for unknown devices until it is lifted', async () => {
  const { throttle } = startThrottle({ config: patient })
  const all = await failAtOnce(throttle, 150)
  expect(countOf(all, 'admitted')).toBe(100)
  expect(countOf(all, 'off')).toBe(50)
  const [streak] = await redis.keys(`${corner.keyPrefix}{login}:streak:*`)
  const yearMs = 365 * 24 * 60 * 60_000
  expect(await redis.pttl(String(streak).slice(corner.keyPrefix.length))).toBeGreaterThan(yearMs)

  expect(await throttle.reserve({ ...guess(1), device: 'known' })).toMatchObject({ outcome: 'admitted' })
  await throttle.lift('siti@example.com')
  expect(await throttle.reserve(guess(1))).toMatchObject({ outcome: 'admitted' })
})

test('a success resets the count of consecutive failures', async () => {
  const { throttle } = startThrottle({ config: patient })
  await failAtOnce(throttle, 98)
  const success = await mustAdmit(throttle.reserve(guess(98)))
  await success.settle('right')
  expect(countOf(await failAtOnce(throttle, 100), 'admitted')).toBe(100)
  expect(await throttle.reserve(guess(1))).toMatchObject({ outcome: 'off' })
})

test('without Redis the process throttles by the same rules, and counts it in a metric', async () => {
  const own = await startOwnRedis()
  onTestFinished(() => own.stop())
  const { throttle, clock, registry, redis: client } = startThrottle({ url: own.url })
  onTestFinished(() => client.disconnect())
  await own.kill()
  expect(countOf(await failAtOnce(throttle, 200), 'admitted')).toBe(10)
  const metric = await registry.getSingleMetricAsString('auth_login_throttle_fallback_total')
  expect(Number(/ (\d+)$/m.exec(metric)?.[1])).toBeGreaterThanOrEqual(200)

  clock.advance(1_000)
  const next = await mustAdmit(throttle.reserve(guess(200)))
  const waiting = throttle.reserve(guess(201))
  await next.settle('untested')
  await (await mustAdmit(waiting)).settle('wrong')
  expect(await throttle.reserve(guess(202))).toEqual({ outcome: 'locked', retryAfterMs: 2_000 })
  expect(await throttle.reserve({ ...guess(1), device: 'known' })).toMatchObject({ outcome: 'admitted' })
})

test('an outage of Redis gives no fresh start: a process remembers the failures that it has seen', async () => {
  const own = await startOwnRedis()
  onTestFinished(() => own.stop())
  const { throttle, redis: client } = startThrottle({ url: own.url })
  onTestFinished(() => client.disconnect())
  await waitFor(() => client.status === 'ready', { what: 'Redis' })
  for (let n = 0; n < 9; n += 1) await fail(throttle, guess(n))
  await own.kill()
  expect(await fail(throttle, guess(9))).toBe('admitted')
  expect(await fail(throttle, guess(10))).toBe('locked')
})

test('a wrong password counts in this process when Redis is lost while it is tested', async () => {
  const own = await startOwnRedis()
  onTestFinished(() => own.stop())
  const { throttle, redis: client } = startThrottle({ url: own.url })
  onTestFinished(() => client.disconnect())
  await waitFor(() => client.status === 'ready', { what: 'Redis' })
  const attempts = []
  for (let n = 0; n < 10; n += 1) attempts.push(await mustAdmit(throttle.reserve(guess(n))))
  await own.kill()
  for (const attempt of attempts) await attempt.settle('wrong')
  expect(await throttle.reserve(guess(10))).toMatchObject({ outcome: 'locked' })
})
