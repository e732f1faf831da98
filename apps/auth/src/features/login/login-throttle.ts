import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { Counter, type Registry } from 'prom-client'
import { clientNetwork } from '../credentials/client-network.ts'
import { createLocalBuckets } from './local-buckets.ts'
import { admitScript, settleScript } from './login-throttle.lua.ts'
import {
  type AttemptResult,
  type BucketName,
  type BucketRule,
  type Decision,
  inFlightMs,
  type ThrottleLimits,
  throttleRules,
} from './throttle-rules.ts'

export type Reservation =
  | {
      outcome: 'admitted'
      /**
       * Must be called with the result of the attempt.
       *
       * @returns whether this failure has locked its account (for unknown devices) or its device
       */
      settle(result: AttemptResult): Promise<{ locked: boolean }>
    }
  | { outcome: 'locked'; retryAfterMs: number }
  /** No password is accepted from an unknown device until it is reset. */
  | { outcome: 'off' }

interface Attempt {
  /** Normalised. */
  email: string
  ip: string
  /** Id of a device on which the owner has signed in before. */
  device: string | undefined
}

export interface LoginThrottle {
  /**
   * Counts an attempt before its password is tested, in the same way whether the address has an account or not. Waits
   * while earlier attempts in flight may still fail, for at most five seconds.
   */
  reserve(attempt: Attempt): Promise<Reservation>
  /** Forgets the failures of an account, also those that have turned its password off. */
  lift(email: string): Promise<void>
}

/** Longer than attempts in flight take to settle: the queue for hashing holds two seconds of work. */
const maxWaitMs = 5_000
/** How often a waiting attempt asks again. */
const askAgainMs = 50
/** Attempts that wait at once in one process. It bounds what a flood of guesses costs Redis. */
const maxWaiting = 100
/**
 * A command fails after 250 ms. On a busy machine that is not an outage: the response may have arrived while this process
 * was late to read it.
 */
const maxTries = 3
/** For an attempt that could not wait for its turn. */
const busyRetryAfterMs = 1_000

/**
 * Throttles guesses per account, network and device, counted in Redis for all processes together. See throttle-rules.ts
 * for the rules. While Redis is unreachable each process decides by what it has seen itself, by the same rules.
 *
 * Failures are the only state in Redis that must not be lost. If Redis were wiped, each account could be guessed at
 * again: 10 passwords at once, and 100 until the password is off again.
 *
 * @param options.key makes bucket names from addresses, so that Redis stores no address
 */
export function createLoginThrottle(options: {
  redis: Redis
  key: Buffer
  config: ThrottleLimits
  clock: () => Date
  registry: Registry
}): LoginThrottle {
  const { redis, clock } = options
  const bucketsOf = bucketNames(options.key, throttleRules(options.config))
  const local = createLocalBuckets(clock)
  const fallbacks = new Counter({
    name: 'auth_login_throttle_fallback_total',
    help: 'Logins that were counted in process because Redis did not answer',
    registers: [options.registry],
  })
  let waiting = 0

  /** @returns the decision, and whether Redis or this process has made it */
  async function admit(
    id: string,
    buckets: NamedBucket[],
  ): Promise<{ decision: Decision; inRedis: boolean }> {
    for (let tries = 0; tries < maxTries && redis.status === 'ready'; tries += 1) {
      try {
        const decision = await admitInRedis(redis, id, buckets)
        if (decision.outcome === 'admitted') local.begin(id, buckets)
        return { decision, inRedis: true }
      } catch {
        // The next try asks with the same id, so the attempt is not counted twice.
      }
    }
    // A stalled Redis runs the script later, when nobody waits for its result. This runs after it.
    void settleInRedis(redis, id, buckets, 'untested').catch(() => undefined)
    fallbacks.inc()
    return { decision: local.admit(id, buckets), inRedis: false }
  }

  /** Asks again until no bucket is busy any more. */
  async function admitInTurn(id: string, buckets: NamedBucket[]): ReturnType<typeof admit> {
    const giveUpAtMs = clock().getTime() + maxWaitMs
    let answer = await admit(id, buckets)
    if (answer.decision.outcome !== 'busy' || waiting >= maxWaiting) return answer
    waiting += 1
    try {
      while (answer.decision.outcome === 'busy' && clock().getTime() < giveUpAtMs) {
        await delay(askAgainMs)
        answer = await admit(id, buckets)
      }
      return answer
    } finally {
      waiting -= 1
    }
  }

  async function settle(id: string, buckets: NamedBucket[], inRedis: boolean, result: AttemptResult) {
    const locks = local.settle(id, buckets, result)
    // If Redis has become unreachable since, the attempt expires there by itself, and its failure counts here.
    return inRedis ? settleInRedis(redis, id, buckets, result).catch(() => locks) : locks
  }

  return {
    async reserve(attempt) {
      const id = randomUUID()
      const buckets = bucketsOf(attempt)
      const { decision, inRedis } = await admitInTurn(id, buckets)
      switch (decision.outcome) {
        case 'busy':
          return { outcome: 'locked', retryAfterMs: busyRetryAfterMs }
        case 'locked':
          return buckets[decision.bucket]?.name === 'streak'
            ? { outcome: 'off' }
            : { outcome: 'locked', retryAfterMs: decision.retryAfterMs }
        case 'admitted':
          return {
            outcome: 'admitted',
            async settle(result) {
              const locks = await settle(id, buckets, inRedis, result)
              return { locked: buckets.some(({ name }, index) => name !== 'ip' && locks[index] === true) }
            },
          }
      }
    },

    async lift(email) {
      const buckets = bucketsOf({ email, ip: '', device: undefined }).filter(({ name }) => name !== 'ip')
      local.forget(buckets.map(({ key }) => key))
      await redis.del(...redisKeys(buckets))
    },
  }
}

interface NamedBucket {
  name: BucketName
  /** What is counted: an account, a network or a device. */
  key: string
  rule: BucketRule
}

/** A function that lists the buckets of an attempt. */
function bucketNames(key: Buffer, rules: ReturnType<typeof throttleRules>) {
  const bucket = (name: BucketName, id: string): NamedBucket => ({
    name,
    key: `${name}:${id}`,
    rule: rules[name],
  })
  return ({ email, ip, device }: Attempt): NamedBucket[] => {
    // A known device answers for itself alone. Neither its account's failures, which an attacker can cause, nor those of
    // its network, which it may share with one, keep the owner out.
    if (device !== undefined) return [bucket('device', device)]
    const account = createHmac('sha256', key).update(email).digest('base64url')
    return [bucket('account', account), bucket('streak', account), bucket('ip', clientNetwork(ip))]
  }
}

/** The two keys of each bucket. They share one hash tag, so that a cluster keeps them in one slot. */
function redisKeys(buckets: readonly NamedBucket[]): string[] {
  return buckets.flatMap(({ key }) => [`{login}:${key}`, `{login}:in-flight:${key}`])
}

async function admitInRedis(redis: Redis, id: string, buckets: readonly NamedBucket[]): Promise<Decision> {
  const keys = redisKeys(buckets)
  const limits = buckets.map(({ rule }) => rule.limit)
  const answer: unknown = await redis.eval(admitScript, keys.length, ...keys, id, inFlightMs, ...limits)
  const [outcome, bucket, retryAfterMs] = Array.isArray(answer) ? answer : []
  if (outcome === 'admitted' || outcome === 'busy') return { outcome }
  return { outcome: 'locked', bucket: Number(bucket), retryAfterMs: Number(retryAfterMs) }
}

/** @returns for each bucket whether this attempt has locked it */
async function settleInRedis(
  redis: Redis,
  id: string,
  buckets: readonly NamedBucket[],
  result: AttemptResult,
): Promise<boolean[]> {
  const keys = redisKeys(buckets)
  const rules = buckets.flatMap(({ rule }) => [
    rule.limit,
    rule.firstLockMs,
    rule.maxLockMs,
    rule.windowMs,
    rule.consecutive ? 1 : 0,
  ])
  const answer: unknown = await redis.eval(settleScript, keys.length, ...keys, id, result, ...rules)
  return Array.isArray(answer) ? answer.map((locked) => locked === 1) : []
}
