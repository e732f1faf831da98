import { createHmac } from 'node:crypto'
import type { Redis } from 'ioredis'
import { Counter, type Registry } from 'prom-client'
import { clientNetwork } from '../credentials/client-network.ts'
import { createLocalBuckets } from './local-buckets.ts'
import { giveBackScript, reserveScript } from './login-throttle.lua.ts'
import { type BucketName, type Decision, type ThrottleLimits, throttleRules } from './throttle-rules.ts'

export type Reservation =
  | {
      outcome: 'admitted'
      /** Unless it is given back, this attempt locks its account (for unknown devices) or its device. */
      locks: boolean
      /** To be called unless the password was tested and wrong. */
      giveBack(why: 'succeeded' | 'untested'): Promise<void>
    }
  | { outcome: 'locked'; retryAfterMs: number }
  /** No password is accepted from an unknown device any more, until it is reset. */
  | { outcome: 'off' }

export interface LoginThrottle {
  /**
   * Counts an attempt before its password is tested. Addresses that nobody has are counted like all others.
   *
   * @param attempt.email normalised
   * @param attempt.device id of a device that has proven to be the owner's
   */
  reserve(attempt: { email: string; ip: string; device: string | undefined }): Promise<Reservation>
  /** Forgets the failures of an account, also those that have turned its password off. */
  lift(email: string): Promise<void>
}

/** Every failure of a bucket: more than any can have. */
const allFailures = Number.MAX_SAFE_INTEGER

/**
 * Throttles guesses per account, network and device, counted in Redis for all processes together; see
 * throttle-rules.ts for the rules. While Redis is away each process counts for itself, by the same rules.
 *
 * Redis holds nothing else that must not be lost. Were it wiped, accounts could be guessed at afresh: 10 passwords at
 * once and 100 until the password is off again. That is a second start, not an open door.
 *
 * @param options.key makes bucket names from addresses, so that Redis holds none in the clear
 */
export function createLoginThrottle(options: {
  redis: Redis
  key: Buffer
  config: ThrottleLimits
  clock: () => Date
  registry: Registry
}): LoginThrottle {
  const { redis, key } = options
  const rules = throttleRules(options.config)
  const local = createLocalBuckets(options.clock)
  const fallbacks = new Counter({
    name: 'auth_login_throttle_fallback_total',
    help: 'Logins that were counted in process because Redis did not answer',
    registers: [options.registry],
  })

  /** One hash tag for all, so that a cluster keeps them in one slot and a script may take several. */
  const bucket = (name: BucketName, id: string) => ({ name, key: `{login}:${name}:${id}`, rule: rules[name] })
  const accountBuckets = (email: string) => {
    const id = createHmac('sha256', key).update(email).digest('base64url')
    return [bucket('account', id), bucket('streak', id)]
  }

  /**
   * A known device answers for itself alone. Neither its account's failures, which an attacker can cause, nor those
   * of its network, which it may share with one, keep the owner out.
   */
  function bucketsOf(attempt: Parameters<LoginThrottle['reserve']>[0]) {
    if (attempt.device !== undefined) return [bucket('device', attempt.device)]
    return [...accountBuckets(attempt.email), bucket('ip', clientNetwork(attempt.ip))]
  }

  async function reserveInRedis(buckets: ReturnType<typeof bucketsOf>): Promise<Decision> {
    const answer = await redis.eval(
      reserveScript,
      buckets.length,
      ...buckets.map((each) => each.key),
      ...buckets.flatMap(({ rule }) => [rule.limit, rule.firstLockMs, rule.maxLockMs, rule.windowMs]),
    )
    const [locked = 0, ...numbers] = Array.isArray(answer) ? answer.map(Number) : []
    if (locked > 0) return { outcome: 'locked', bucket: locked - 1, retryAfterMs: numbers[0] ?? 0 }
    return { outcome: 'admitted', after: numbers.map((lockedUntilMs) => ({ failures: 1, lockedUntilMs })) }
  }

  return {
    async reserve(attempt) {
      const buckets = bucketsOf(attempt)
      let inRedis = true
      const decision = await reserveInRedis(buckets).catch(() => {
        inRedis = false
        fallbacks.inc()
        return local.reserve(buckets)
      })
      if (decision.outcome === 'locked') {
        if (buckets[decision.bucket]?.name === 'streak') return { outcome: 'off' }
        return { outcome: 'locked', retryAfterMs: decision.retryAfterMs }
      }

      const reserved = buckets.map(({ name, key, rule }, index) => ({
        name,
        key,
        rule,
        lockedUntilMs: decision.after[index]?.lockedUntilMs ?? 0,
      }))
      return {
        outcome: 'admitted',
        locks: reserved.some(({ name, lockedUntilMs }) => name !== 'ip' && lockedUntilMs > 0),
        async giveBack(why) {
          const given = reserved.map(({ key, rule, lockedUntilMs }) => ({
            key,
            rule,
            given: { failures: why === 'succeeded' && rule.consecutive ? allFailures : 1, lockedUntilMs },
          }))
          if (!inRedis) return local.giveBack(given)
          const args = given.flatMap(({ rule, given: { failures, lockedUntilMs } }) => [
            rule.limit,
            failures,
            lockedUntilMs,
          ])
          // Redis went away since: the attempt stays counted, which costs its user at most a short wait.
          await redis
            .eval(giveBackScript, given.length, ...given.map((each) => each.key), ...args)
            .catch(() => undefined)
        },
      }
    },

    async lift(email) {
      const keys = accountBuckets(email).map((each) => each.key)
      local.forget(keys)
      await redis.del(...keys)
    },
  }
}
