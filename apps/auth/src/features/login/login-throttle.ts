import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { Counter, type Registry } from 'prom-client'
import { clientNetwork } from '../credentials/client-network.ts'
import { createLocalBuckets } from './local-buckets.ts'
import { createRedisBuckets } from './redis-buckets.ts'
import {
  type AttemptResult,
  type BucketName,
  type BucketRule,
  type Decision,
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

/** What the functions below share. */
interface Throttle {
  inRedis: ReturnType<typeof createRedisBuckets>
  inProcess: ReturnType<typeof createLocalBuckets>
  bucketsOf: (attempt: Attempt) => NamedBucket[]
  clock: () => Date
  fallbacks: Counter
  /** Attempts that wait for their turn in this process. */
  waiting: number
}

/** An attempt and the buckets that count it. */
interface Counted {
  id: string
  buckets: NamedBucket[]
}

interface Answer {
  decision: Decision
  /** Whether Redis has decided, or else this process. */
  byRedis: boolean
}

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
  const { redis, key, config, clock, registry } = options
  const throttle: Throttle = {
    inRedis: createRedisBuckets(redis),
    inProcess: createLocalBuckets(clock),
    bucketsOf: bucketNames(key, throttleRules(config)),
    clock,
    fallbacks: new Counter({
      name: 'auth_login_throttle_fallback_total',
      help: 'Logins that were counted in process because Redis did not answer',
      registers: [registry],
    }),
    waiting: 0,
  }
  return { reserve: reserve.bind(undefined, throttle), lift: lift.bind(undefined, throttle) }
}

async function reserve(throttle: Throttle, attempt: Attempt): Promise<Reservation> {
  const counted = { id: randomUUID(), buckets: throttle.bucketsOf(attempt) }
  const { buckets } = counted
  const { decision, byRedis } = await admitInTurn(throttle, counted)
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
          const locks = await settle(throttle, counted, byRedis, result)
          return { locked: buckets.some(({ name }, index) => name !== 'ip' && locks[index] === true) }
        },
      }
  }
}

/** Asks again until no bucket is busy any more. */
async function admitInTurn(throttle: Throttle, counted: Counted): Promise<Answer> {
  const nowMs = () => throttle.clock().getTime()
  const giveUpAtMs = nowMs() + maxWaitMs
  let answer = await admit(throttle, counted)
  if (answer.decision.outcome !== 'busy' || throttle.waiting >= maxWaiting) return answer
  throttle.waiting += 1
  try {
    while (answer.decision.outcome === 'busy' && nowMs() < giveUpAtMs) {
      await delay(askAgainMs)
      answer = await admit(throttle, counted)
    }
    return answer
  } finally {
    throttle.waiting -= 1
  }
}

async function admit({ inRedis, inProcess, fallbacks }: Throttle, { id, buckets }: Counted): Promise<Answer> {
  for (let tries = 0; tries < maxTries && inRedis.isReachable(); tries += 1) {
    try {
      const decision = await inRedis.admit(id, buckets)
      if (decision.outcome === 'admitted') inProcess.begin(id, buckets)
      return { decision, byRedis: true }
    } catch {
      // The next try asks with the same id, so the attempt is not counted twice.
    }
  }
  // A stalled Redis runs the script later, when nobody waits for its result. This runs after it.
  void inRedis.settle(id, buckets, 'untested').catch(() => undefined)
  fallbacks.inc()
  return { decision: inProcess.admit(id, buckets), byRedis: false }
}

/** @returns for each bucket whether this attempt has locked it */
async function settle(
  { inRedis, inProcess }: Throttle,
  { id, buckets }: Counted,
  byRedis: boolean,
  result: AttemptResult,
): Promise<boolean[]> {
  const locks = inProcess.settle(id, buckets, result)
  // If Redis has become unreachable since, the attempt expires there by itself, and its failure counts here.
  return byRedis ? inRedis.settle(id, buckets, result).catch(() => locks) : locks
}

async function lift({ inRedis, inProcess, bucketsOf }: Throttle, email: string): Promise<void> {
  const buckets = bucketsOf({ email, ip: '', device: undefined }).filter(({ name }) => name !== 'ip')
  inProcess.forget(buckets.map(({ key }) => key))
  await inRedis.forget(buckets)
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
