import { defineScript } from '@fondasi/redis'
import type { Redis } from 'ioredis'
import { admitScript, settleScript } from './login-throttle.lua.ts'
import { type AttemptResult, type BucketRule, type Decision, inFlightMs } from './throttle-rules.ts'

/** The throttle's buckets in Redis, where all processes count together. Its functions throw while Redis is unreachable. */
export function createRedisBuckets(redis: Redis) {
  const runAdmit = defineScript(redis, 'admitLogin', admitScript)
  const runSettle = defineScript(redis, 'settleLogin', settleScript)

  return {
    isReachable: () => redis.status === 'ready',

    /** Decides, and counts an admitted attempt as in flight. The same attempt may ask again. */
    async admit(id: string, attempt: readonly { key: string; rule: BucketRule }[]): Promise<Decision> {
      const limits = attempt.map(({ rule }) => rule.limit)
      const answer = await runAdmit(attempt.flatMap(redisKeys), [id, inFlightMs, ...limits])
      const [outcome, bucket, retryAfterMs] = Array.isArray(answer) ? answer : []
      if (outcome === 'admitted' || outcome === 'busy') return { outcome }
      return { outcome: 'locked', bucket: Number(bucket), retryAfterMs: Number(retryAfterMs) }
    },

    /** @returns for each bucket whether this attempt has locked it */
    async settle(
      id: string,
      attempt: readonly { key: string; rule: BucketRule }[],
      result: AttemptResult,
    ): Promise<boolean[]> {
      const rules = attempt.flatMap(({ rule }) => [
        rule.limit,
        rule.firstLockMs,
        rule.maxLockMs,
        rule.windowMs,
        rule.consecutive ? 1 : 0,
      ])
      const answer = await runSettle(attempt.flatMap(redisKeys), [id, result, ...rules])
      return Array.isArray(answer) ? answer.map((locked) => locked === 1) : []
    },

    async forget(buckets: readonly { key: string }[]): Promise<void> {
      await redis.del(...buckets.flatMap(redisKeys))
    },
  }
}

/** The two keys of a bucket. All share one hash tag, so that a cluster keeps them in one slot. */
function redisKeys({ key }: { key: string }): string[] {
  return [`{login}:${key}`, `{login}:in-flight:${key}`]
}
