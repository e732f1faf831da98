import { createRedis } from '@fondasi/redis'
import { createClock, createTestRedis, startOwnRedis } from '@fondasi/testing'
import * as fc from 'fast-check'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { giveBackScript, reserveScript } from './login-throttle.lua.ts'
import { createLoginThrottle, type Reservation } from './login-throttle.ts'
import { type Bucket, type BucketRule, giveBack, reserve } from './throttle-rules.ts'

const log = pino({ level: 'silent' })
const corner = await createTestRedis()
const redis = createRedis({
  url: corner.url,
  keyPrefix: corner.keyPrefix,
  profile: 'worker',
  connectionName: 'throttle-test',
  log,
})
const limits = { LOGIN_FAILURES_PER_ACCOUNT: 10, LOGIN_FAILURES_PER_IP: 30 }
const key = Buffer.alloc(32, 1)

/** One process. Several share the Redis of this file. */
function startThrottle(options: { config?: typeof limits; url?: string } = {}) {
  const registry = new Registry()
  const clock = createClock()
  const own =
    options.url === undefined
      ? redis
      : createRedis({ url: options.url, profile: 'request', connectionName: 'own', log })
  const throttle = createLoginThrottle({ redis: own, key, config: options.config ?? limits, clock, registry })
  return { throttle, clock, registry, redis: own }
}

const countOf = (reservations: Reservation[], outcome: Reservation['outcome']) =>
  reservations.filter((reservation) => reservation.outcome === outcome).length

async function mustAdmit(reservation: Promise<Reservation>) {
  const admitted = await reservation
  if (admitted.outcome !== 'admitted') throw new Error(`was ${admitted.outcome}`)
  return admitted
}

beforeEach(() => corner.flush())
afterAll(async () => {
  redis.disconnect()
  await corner.close()
})

const guess = (n: number, email = 'siti@example.com') => ({
  email,
  ip: `10.0.${n >> 8}.${n & 255}`,
  device: undefined,
})

test('200 parallel guesses from 200 addresses through two processes: exactly 10 are admitted', async () => {
  const processes = [startThrottle().throttle, startThrottle().throttle]
  const all = await Promise.all(
    Array.from(
      { length: 200 },
      (_, n) => processes[n % 2]?.reserve(guess(n)) ?? Promise.reject(new Error('none')),
    ),
  )
  expect(countOf(all, 'admitted')).toBe(10)
  expect(countOf(all, 'locked')).toBe(190)
})

test('an address that nobody has is counted like any other', async () => {
  const { throttle } = startThrottle()
  const outcomes = []
  for (const email of ['siti@example.com', 'nobody@example.com']) {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => throttle.reserve(guess(n, email))))
    outcomes.push(countOf(all, 'admitted'))
  }
  expect(outcomes).toEqual([10, 10])
})

test('an attempt while locked is not counted: the lock ends when it was to end', async () => {
  const { throttle } = startThrottle()
  await Promise.all(Array.from({ length: 10 }, (_, n) => throttle.reserve(guess(n))))
  const keys = await redis.keys(`${corner.keyPrefix}{login}:account:*`)
  const stored = () => redis.hgetall(String(keys[0]).slice(corner.keyPrefix.length))
  const before = await stored()
  expect(before).toMatchObject({ n: '10' })
  const refused = await Promise.all(Array.from({ length: 50 }, (_, n) => throttle.reserve(guess(n))))
  expect(countOf(refused, 'locked')).toBe(50)
  for (const reservation of refused) {
    expect(reservation).toMatchObject({ retryAfterMs: expect.any(Number) })
  }
  expect(await stored()).toEqual(before)
})

test('the owner on a known device is not locked out by any number of guesses from elsewhere, nor from the same network', async () => {
  const { throttle } = startThrottle()
  const attacks = Array.from({ length: 100 }, () => throttle.reserve({ ...guess(1), ip: '192.0.2.1' }))
  expect(countOf(await Promise.all(attacks), 'locked')).toBe(90)
  const owner = { email: 'siti@example.com', ip: '192.0.2.1', device: 'known' }
  expect(await throttle.reserve(owner)).toMatchObject({ outcome: 'admitted' })
})

test('a known device has a limit of its own', async () => {
  const { throttle } = startThrottle()
  const owner = { email: 'siti@example.com', ip: '192.0.2.1', device: 'stolen' }
  const all = await Promise.all(Array.from({ length: 30 }, () => throttle.reserve(owner)))
  expect(countOf(all, 'admitted')).toBe(10)
  expect(await throttle.reserve({ ...owner, device: 'another' })).toMatchObject({ outcome: 'admitted' })
  expect(await throttle.reserve({ ...owner, device: undefined })).toMatchObject({ outcome: 'admitted' })
})

test('one network guesses at 30 accounts, whichever of its IPv6 addresses it uses', async () => {
  const { throttle } = startThrottle()
  const spray = (prefix: string) =>
    Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        throttle.reserve({ email: `user${n}@example.com`, ip: `${prefix}::${n}`, device: undefined }),
      ),
    )
  expect(countOf(await spray('2001:db8:0:1'), 'admitted')).toBe(30)
  expect(countOf(await spray('2001:db8:0:2'), 'admitted')).toBe(30)
})

test('right passwords leave no trace, however many there are', async () => {
  const { throttle } = startThrottle()
  for (let n = 0; n < 150; n += 1) {
    const attempt = await mustAdmit(throttle.reserve({ ...guess(1), ip: '192.0.2.1' }))
    await attempt.giveBack('succeeded')
  }
  expect(await redis.keys(`${corner.keyPrefix}*`)).toEqual([])
})

test('an attempt that was not tested is given back, with the lock that it brought', async () => {
  const { throttle } = startThrottle()
  for (let n = 0; n < 9; n += 1) await throttle.reserve(guess(n))
  const tenth = await mustAdmit(throttle.reserve(guess(9)))
  expect(tenth.locks).toBe(true)
  expect(await throttle.reserve(guess(10))).toMatchObject({ outcome: 'locked' })
  await tenth.giveBack('untested')
  expect(await throttle.reserve(guess(11))).toMatchObject({ outcome: 'admitted', locks: true })
})

test('100 consecutive failures turn the password off for unknown devices, for good, until it is lifted', async () => {
  const { throttle } = startThrottle({
    config: { LOGIN_FAILURES_PER_ACCOUNT: 1_000, LOGIN_FAILURES_PER_IP: 1_000 },
  })
  const all = await Promise.all(Array.from({ length: 150 }, (_, n) => throttle.reserve(guess(n))))
  expect(countOf(all, 'admitted')).toBe(100)
  expect(countOf(all, 'off')).toBe(50)
  const [streak] = await redis.keys(`${corner.keyPrefix}{login}:streak:*`)
  const yearMs = 365 * 24 * 60 * 60_000
  expect(await redis.pttl(String(streak).slice(corner.keyPrefix.length))).toBeGreaterThan(yearMs)

  expect(await throttle.reserve({ ...guess(1), device: 'known' })).toMatchObject({ outcome: 'admitted' })
  await throttle.lift('siti@example.com')
  expect(await throttle.reserve(guess(1))).toMatchObject({ outcome: 'admitted' })
})

test('a success in between starts the hundred anew', async () => {
  const { throttle } = startThrottle({
    config: { LOGIN_FAILURES_PER_ACCOUNT: 1_000, LOGIN_FAILURES_PER_IP: 1_000 },
  })
  await Promise.all(Array.from({ length: 98 }, (_, n) => throttle.reserve(guess(n))))
  const success = await mustAdmit(throttle.reserve(guess(98)))
  await success.giveBack('succeeded')
  const more = await Promise.all(Array.from({ length: 100 }, (_, n) => throttle.reserve(guess(n))))
  expect(countOf(more, 'admitted')).toBe(100)
  expect(await throttle.reserve(guess(1))).toMatchObject({ outcome: 'off' })
})

test('with Redis killed the process itself throttles, by the same rules, and says so', async () => {
  const own = await startOwnRedis()
  const { throttle, clock, registry, redis: client } = startThrottle({ url: own.url })
  await own.kill()
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => throttle.reserve(guess(n))))
  expect(countOf(all, 'admitted')).toBe(10)
  expect(await registry.getSingleMetricAsString('auth_login_throttle_fallback_total')).toContain(' 200')

  clock.advance(1_000)
  const next = await mustAdmit(throttle.reserve(guess(200)))
  expect(await throttle.reserve(guess(201))).toEqual({ outcome: 'locked', retryAfterMs: 2_000 })
  await next.giveBack('succeeded')
  expect(await throttle.reserve(guess(202))).toMatchObject({ outcome: 'admitted' })
  expect(await throttle.reserve({ ...guess(1), device: 'known' })).toMatchObject({ outcome: 'admitted' })
  client.disconnect()
  await own.stop()
})

// Both forms of the rules, from any state a bucket can be in. Locks end seconds away from now, so that the time
// between writing the state and running the script cannot change an answer.
const rule: fc.Arbitrary<BucketRule> = fc.record({
  limit: fc.integer({ min: 1, max: 12 }),
  firstLockMs: fc.constantFrom(1_000, 3_000),
  maxLockMs: fc.constantFrom(60_000, 900_000, 3_153_600_000_000),
  windowMs: fc.constantFrom(3_600_000, 86_400_000),
  consecutive: fc.boolean(),
})
const lockOffsetMs = fc.constantFrom(undefined, -3_600_000, -5_000, 30_000, 60_000, 3_153_600_000_000)
const states = fc.array(fc.record({ rule, failures: fc.nat(30), lockOffsetMs }), {
  minLength: 1,
  maxLength: 4,
})

async function redisNowMs(): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

/** Puts buckets into Redis as they are given, and returns their keys. */
async function store(buckets: Bucket[]): Promise<string[]> {
  const keys = buckets.map((_, index) => `{login}:case:${index}`)
  await redis.del(...keys)
  for (const [index, { failures, lockedUntilMs }] of buckets.entries()) {
    if (failures > 0) await redis.hset(keys[index] ?? '', { n: failures, until: lockedUntilMs })
  }
  return keys
}

async function load(keys: string[]): Promise<(Bucket | undefined)[]> {
  const rows = await Promise.all(keys.map((name) => redis.hgetall(name)))
  return rows.map((row) =>
    row['n'] ? { failures: Number(row['n']), lockedUntilMs: Number(row['until']) } : undefined,
  )
}

test('reserve: the Lua and the TypeScript decide alike and leave the same state, from any state', async () => {
  await fc.assert(
    fc.asyncProperty(states, async (cases) => {
      const startedMs = await redisNowMs()
      const attempt = cases.map(({ rule, failures, lockOffsetMs }) => ({
        rule,
        // A bucket without failures is none.
        bucket: {
          failures,
          lockedUntilMs: failures === 0 || lockOffsetMs === undefined ? 0 : startedMs + lockOffsetMs,
        },
      }))
      const before = attempt.map(({ bucket }) => bucket)
      const keys = await store(before)
      const args = attempt.flatMap(({ rule }) => [
        rule.limit,
        rule.firstLockMs,
        rule.maxLockMs,
        rule.windowMs,
      ])
      const answer = await redis.eval(reserveScript, keys.length, ...keys, ...args)
      const numbers = Array.isArray(answer) ? answer.map(Number) : []
      const endedMs = await redisNowMs()
      const after = await load(keys)

      const decision = reserve(attempt, startedMs)
      const expected = decision.outcome === 'admitted' ? decision.after : before
      // Of new locks only the length can be compared: the script has read its own clock.
      const driftMs = (bucket: Bucket | undefined, index: number) =>
        (bucket?.lockedUntilMs ?? 0) - (expected[index]?.lockedUntilMs ?? 0)
      expect(after.map((bucket) => bucket?.failures ?? 0)).toEqual(expected.map((bucket) => bucket.failures))
      for (const drift of after.map(driftMs)) {
        expect(drift).toBeGreaterThanOrEqual(0)
        expect(drift).toBeLessThanOrEqual(endedMs - startedMs)
      }
      expect(numbers[0]).toBe(decision.outcome === 'admitted' ? 0 : decision.bucket + 1)
      const left = decision.outcome === 'admitted' ? 0 : decision.retryAfterMs - (numbers[1] ?? 0)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(left).toBeLessThanOrEqual(endedMs - startedMs)
      const told = decision.outcome === 'admitted' ? numbers.slice(1) : []
      expect(told).toEqual(
        decision.outcome === 'admitted' ? after.map((bucket) => bucket?.lockedUntilMs) : [],
      )
    }),
    { numRuns: 300 },
  )
})

test('giving back: the Lua and the TypeScript leave the same state, from any state', async () => {
  const lockedUntilMs = fc.constantFrom(0, 1_800_000_000_000, 1_800_000_000_001, 4_953_600_000_000)
  const bucket = fc.record({ failures: fc.nat(30), lockedUntilMs })
  const given = fc.record({ failures: fc.constantFrom(1, Number.MAX_SAFE_INTEGER), lockedUntilMs })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ bucket, rule, given }), { minLength: 1, maxLength: 4 }),
      async (cases) => {
        const keys = await store(cases.map((each) => each.bucket))
        const args = cases.flatMap((each) => [each.rule.limit, each.given.failures, each.given.lockedUntilMs])
        await redis.eval(giveBackScript, keys.length, ...keys, ...args)
        expect(await load(keys)).toEqual(cases.map((each) => giveBack(each.bucket, each.rule, each.given)))
      },
    ),
    { numRuns: 300 },
  )
})
