import { createRedis } from '@fondasi/redis'
import { createTestRedis } from '@fondasi/testing'
import * as fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { admitScript, settleScript } from './login-throttle.lua.ts'
import { admit, type Bucket, type BucketRule, inFlightMs, settle } from './throttle-rules.ts'

const corner = await createTestRedis()
const redis = createRedis({
  url: corner.url,
  keyPrefix: corner.keyPrefix,
  profile: 'worker',
  connectionName: 'throttle-lua-test',
  log: pino({ level: 'silent' }),
})
afterAll(async () => {
  redis.disconnect()
  await corner.close()
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
const lockOffsetMs = fc.constantFrom(undefined, -3_600_000, -5_000, 3_600_000, 7_200_000, 3_153_600_000_000)
const states = fc.array(fc.record({ rule, failures: fc.nat(30), inFlight: fc.nat(13), lockOffsetMs }), {
  minLength: 1,
  maxLength: 4,
})

type StateOf<Arbitrary> = Arbitrary extends fc.Arbitrary<(infer State)[]> ? State : never

async function redisNowMs(): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

/** The attempt whose result is reported; the others in flight have other ids. */
const attemptId = 'in-flight-0'

function bucketsFrom(cases: StateOf<typeof states>[], nowMs: number): { bucket: Bucket; rule: BucketRule }[] {
  return cases.map(({ rule, failures, inFlight, lockOffsetMs }) => ({
    rule,
    bucket: {
      failures,
      inFlight,
      // A bucket without failures was never locked.
      lockedUntilMs: failures === 0 || lockOffsetMs === undefined ? 0 : nowMs + lockOffsetMs,
    },
  }))
}

/** Puts buckets into Redis as they are given, and returns their keys. */
async function store(buckets: Bucket[]): Promise<string[]> {
  const keys = buckets.flatMap((_, index) => [`{login}:case:${index}`, `{login}:in-flight:case:${index}`])
  await redis.del(...keys)
  for (const [index, { failures, lockedUntilMs, inFlight }] of buckets.entries()) {
    const [name = '', pending = ''] = keys.slice(2 * index)
    if (failures > 0) await redis.hset(name, { n: failures, until: lockedUntilMs })
    for (let n = 0; n < inFlight; n += 1) await redis.zadd(pending, Date.now() + 3_600_000, `in-flight-${n}`)
    // Attempts that stopped counting an hour ago.
    await redis.zadd(pending, Date.now() - 3_600_000, 'dead')
  }
  return keys
}

async function load(keys: string[]): Promise<Bucket[]> {
  const names = keys.filter((_, index) => index % 2 === 0)
  return Promise.all(
    names.map(async (name, index) => {
      const row = await redis.hgetall(name)
      const inFlight = await redis.zcount(keys[2 * index + 1] ?? '', Date.now(), '+inf')
      return { failures: Number(row['n'] ?? 0), lockedUntilMs: Number(row['until'] ?? 0), inFlight }
    }),
  )
}

test('admit: the Lua and the TypeScript decide alike, from any state', async () => {
  await fc.assert(
    fc.asyncProperty(states, async (cases) => {
      const startedMs = await redisNowMs()
      const attempt = bucketsFrom(cases, startedMs)
      const before = attempt.map(({ bucket }) => bucket)
      const keys = await store(before)
      const limitsOfAll = attempt.map((each) => each.rule.limit)
      const answer = await redis.eval(admitScript, keys.length, ...keys, 'new', inFlightMs, ...limitsOfAll)
      const endedMs = await redisNowMs()
      const decision = admit(attempt, startedMs)
      const [outcome, bucket, leftMs] = Array.isArray(answer) ? answer : []
      expect(outcome).toBe(decision.outcome)
      const admitted = decision.outcome === 'admitted' ? 1 : 0
      expect(await load(keys)).toEqual(
        before.map((each) => ({ ...each, inFlight: each.inFlight + admitted })),
      )
      if (decision.outcome !== 'locked') return
      expect(bucket).toBe(decision.bucket)
      expect(decision.retryAfterMs - Number(leftMs)).toBeGreaterThanOrEqual(0)
      expect(decision.retryAfterMs - Number(leftMs)).toBeLessThanOrEqual(endedMs - startedMs)
    }),
    { numRuns: 200 },
  )
})

test('settle: the Lua and the TypeScript leave the same state, from any state', async () => {
  const results = fc.constantFrom('right', 'wrong', 'untested')
  await fc.assert(
    fc.asyncProperty(states, results, async (cases, result) => {
      const startedMs = await redisNowMs()
      const attempt = bucketsFrom(cases, startedMs)
      const keys = await store(attempt.map(({ bucket }) => bucket))
      const args = attempt.flatMap((each) => [
        each.rule.limit,
        each.rule.firstLockMs,
        each.rule.maxLockMs,
        each.rule.windowMs,
        each.rule.consecutive ? 1 : 0,
      ])
      const locks = await redis.eval(settleScript, keys.length, ...keys, attemptId, result, ...args)
      const endedMs = await redisNowMs()
      const after = await load(keys)
      const expected = attempt.map(({ bucket, rule }) => settle(bucket, rule, result, startedMs))
      for (const [index, bucket] of after.entries()) {
        const { lockedUntilMs = 0, ...counts } = expected[index] ?? {}
        expect(bucket).toMatchObject(counts)
        // Of new locks only the length can be compared: the script has read its own clock.
        expect(bucket.lockedUntilMs - lockedUntilMs).toBeGreaterThanOrEqual(0)
        expect(bucket.lockedUntilMs - lockedUntilMs).toBeLessThanOrEqual(endedMs - startedMs)
      }
      const locking = attempt.map(
        ({ bucket, rule }) => result === 'wrong' && bucket.failures + 1 >= rule.limit,
      )
      expect(locks).toEqual(locking.map(Number))
    }),
    { numRuns: 200 },
  )
})
