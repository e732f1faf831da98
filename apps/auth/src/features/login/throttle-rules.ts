import type { Config } from '../../config.ts'

/** Failed logins that belong together: of one account, network or device. */
export interface Bucket {
  failures: number
  /** Milliseconds since the epoch; 0 when it was never locked. */
  lockedUntilMs: number
}

export interface BucketRule {
  /** So many failures pass freely; the last of them brings the first lock. */
  limit: number
  /** The lock doubles with each further failure … */
  firstLockMs: number
  /** … up to here. */
  maxLockMs: number
  /** Failures are forgotten so long after the last one. */
  windowMs: number
  /** A right password takes all failures away, not only the attempt that it was counted as. */
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

export type ThrottleLimits = Pick<Config, 'LOGIN_FAILURES_PER_ACCOUNT' | 'LOGIN_FAILURES_PER_IP'>

/**
 * | bucket | counts | |
 * |---|---|---|
 * | account | attempts from unknown devices | 10, then waits of 1 s to 15 min: about 114 guesses a day |
 * | streak | the same, until one succeeds | 100, then no password from an unknown device until a reset |
 * | ip | attempts from one network, on whatever account | 30, then waits of 1 s to 1 min: many people may share it |
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
  | { outcome: 'admitted'; after: Bucket[] }
  | {
      outcome: 'locked'
      /** Index of the bucket that is locked longest. */
      bucket: number
      retryAfterMs: number
    }

/**
 * Counts an attempt as failed before it is tested, in all its buckets or, when one is locked, in none: an attempt
 * that is refused does not make the lock longer, or an attacker could keep the owner out for ever.
 *
 * The same rules are written in Lua (login-throttle.lua.ts), where Redis applies them in one step; these are for the
 * time when Redis is away.
 */
export function reserve(attempt: readonly { bucket: Bucket; rule: BucketRule }[], nowMs: number): Decision {
  let decision: Decision = { outcome: 'admitted', after: attempt.map((each) => countFailure(each, nowMs)) }
  let longestMs = 0
  for (const [index, { bucket }] of attempt.entries()) {
    const leftMs = bucket.lockedUntilMs - nowMs
    if (leftMs <= longestMs) continue
    longestMs = leftMs
    decision = { outcome: 'locked', bucket: index, retryAfterMs: leftMs }
  }
  return decision
}

function countFailure({ bucket, rule }: { bucket: Bucket; rule: BucketRule }, nowMs: number): Bucket {
  const failures = bucket.failures + 1
  const lockMs = lockAfter(failures, rule)
  return { failures, lockedUntilMs: lockMs === 0 ? 0 : nowMs + lockMs }
}

/** How long so many failures lock a bucket, in milliseconds. */
export function lockAfter(failures: number, rule: BucketRule): number {
  if (failures < rule.limit) return 0
  return Math.min(rule.firstLockMs * 2 ** (failures - rule.limit), rule.maxLockMs)
}

/**
 * Takes back an attempt that was counted: the password was right, or was never tested. The lock goes, too, if it is
 * the one that this attempt brought, or if what is left of the failures deserves none.
 *
 * @param given.failures how many to take away
 * @param given.lockedUntilMs as `reserve` left it
 * @returns undefined when nothing is left to remember
 */
export function giveBack(bucket: Bucket, rule: BucketRule, given: Bucket): Bucket | undefined {
  const failures = bucket.failures - given.failures
  if (failures <= 0) return undefined
  const unlocked = failures < rule.limit || bucket.lockedUntilMs === given.lockedUntilMs
  return { failures, lockedUntilMs: unlocked ? 0 : bucket.lockedUntilMs }
}
