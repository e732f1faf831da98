import type { Config } from '../../config.ts'

/** The login attempts that are counted together: those on one account, from one network or from one device. */
export interface Bucket {
  failures: number
  /** Milliseconds since the epoch; 0 when it was never locked. */
  lockedUntilMs: number
  /** Attempts that were admitted and whose result is not known yet. */
  inFlight: number
}

export interface BucketRule {
  /** This many failures are free. The last of them brings the first lock. */
  limit: number
  /** The lock doubles with each further failure … */
  firstLockMs: number
  /** … up to here. */
  maxLockMs: number
  /** Failures are forgotten this long after the last one. */
  windowMs: number
  /** A right password takes all failures away. */
  consecutive: boolean
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const foreverMs = 100 * 365 * dayMs

/**
 * NIST SP 800-63B-4, 3.2.2: no more than 100 consecutive failures on one account. Counted for unknown devices only: one
 * that the owner has used before is slowed down to about 114 guesses a day, and never shut out for good.
 */
const maxConsecutiveFailures = 100

/**
 * An attempt that has not settled after this time no longer counts as in flight: its process has died, or could not
 * reach Redis. An attempt takes less: the queue for hashing holds two seconds of work, a query ends after ten.
 */
export const inFlightMs = 30 * secondMs

export type ThrottleLimits = Pick<Config, 'LOGIN_FAILURES_PER_ACCOUNT' | 'LOGIN_FAILURES_PER_IP'>

/**
 * | bucket | counts | |
 * |---|---|---|
 * | account | attempts from unknown devices | 10, then waits of 1 s to 15 min: about 114 guesses a day |
 * | streak | the same, until one succeeds | 100, then no password from an unknown device until a reset |
 * | ip | attempts from one network, on any account | 30, then waits of 1 s to 1 min: many people may share it |
 * | device | attempts from a device on which the owner has signed in before | as account: waits, and no end at 100 |
 */
export function throttleRules(config: ThrottleLimits) {
  const account: BucketRule = {
    limit: config.LOGIN_FAILURES_PER_ACCOUNT,
    firstLockMs: secondMs,
    maxLockMs: 15 * minuteMs,
    windowMs: hourMs,
    consecutive: false,
  }
  const streak: BucketRule = {
    limit: maxConsecutiveFailures,
    firstLockMs: foreverMs,
    maxLockMs: foreverMs,
    // Guessing slower than this gives a dozen guesses a year.
    windowMs: 30 * dayMs,
    consecutive: true,
  }
  const ip: BucketRule = { ...account, limit: config.LOGIN_FAILURES_PER_IP, maxLockMs: minuteMs }
  return { account, streak, ip, device: account }
}

export type BucketName = keyof ReturnType<typeof throttleRules>

export type Decision =
  | { outcome: 'admitted' }
  /** As many attempts are in flight as may still fail: the next one has to wait for their results. */
  | { outcome: 'busy' }
  | {
      outcome: 'locked'
      /** Index of the bucket that is locked longest. */
      bucket: number
      retryAfterMs: number
    }

/**
 * Decides whether the password of an attempt may be tested now. All its buckets must agree:
 *
 * 1. A locked bucket refuses. The attempt is not counted, or an attacker could prolong the lock for ever.
 * 2. Otherwise a bucket has room for as many attempts in flight as may still fail before the next lock, and for one
 *    when its failures have reached the limit and the lock is over.
 *
 * So 200 parallel guesses get exactly 10 tests, and 30 parallel right passwords all succeed: those over the limit wait
 * until the first ones have turned out right.
 *
 * The same rules are written in Lua (login-throttle.lua.ts), where Redis applies them in one step. These are for the
 * time when Redis is unreachable.
 */
export function admit(attempt: readonly { bucket: Bucket; rule: BucketRule }[], nowMs: number): Decision {
  const waits = attempt.map(({ bucket }) => bucket.lockedUntilMs - nowMs)
  const longestMs = Math.max(...waits)
  if (longestMs > 0) return { outcome: 'locked', bucket: waits.indexOf(longestMs), retryAfterMs: longestMs }
  return attempt.every(hasRoom) ? { outcome: 'admitted' } : { outcome: 'busy' }
}

function hasRoom({ bucket, rule }: { bucket: Bucket; rule: BucketRule }): boolean {
  return bucket.inFlight < Math.max(rule.limit - bucket.failures, 1)
}

/** What is known of an admitted attempt when it ends. `untested`: the password was neither right nor wrong. */
export type AttemptResult = 'right' | 'wrong' | 'untested'

/** The bucket after one of its attempts has ended. */
export function settle(bucket: Bucket, rule: BucketRule, result: AttemptResult, nowMs: number): Bucket {
  const inFlight = Math.max(bucket.inFlight - 1, 0)
  switch (result) {
    case 'untested':
      return { ...bucket, inFlight }
    case 'right':
      return rule.consecutive ? { failures: 0, lockedUntilMs: 0, inFlight } : { ...bucket, inFlight }
    case 'wrong': {
      const failures = bucket.failures + 1
      const lockMs = lockAfter(failures, rule)
      return { failures, lockedUntilMs: lockMs === 0 ? bucket.lockedUntilMs : nowMs + lockMs, inFlight }
    }
  }
}

/** How long this many failures lock a bucket, in milliseconds. */
export function lockAfter(failures: number, rule: BucketRule): number {
  if (failures < rule.limit) return 0
  return Math.min(rule.firstLockMs * 2 ** (failures - rule.limit), rule.maxLockMs)
}
