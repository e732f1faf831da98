import {
  type Bucket,
  type BucketRule,
  type Decision,
  giveBack,
  lockAfter,
  reserve,
} from './throttle-rules.ts'

/** More accounts and networks than one process should see while Redis is away; beyond it the oldest are forgotten. */
const maxBuckets = 50_000

const empty: Bucket = { failures: 0, lockedUntilMs: 0 }

/** The throttle's buckets in the memory of this process, for the time when Redis does not answer. */
export function createLocalBuckets(clock: () => Date) {
  const buckets = new Map<string, Bucket & { expiresAtMs: number }>()

  function read(key: string, nowMs: number): Bucket {
    const bucket = buckets.get(key)
    return bucket && bucket.expiresAtMs > nowMs ? bucket : empty
  }

  return {
    reserve(attempt: readonly { key: string; rule: BucketRule }[]): Decision {
      const nowMs = clock().getTime()
      const decision = reserve(
        attempt.map(({ key, rule }) => ({ bucket: read(key, nowMs), rule })),
        nowMs,
      )
      if (decision.outcome === 'locked') return decision
      for (const [index, { key, rule }] of attempt.entries()) {
        const bucket = decision.after[index] ?? empty
        const keptMs = Math.max(rule.windowMs, lockAfter(bucket.failures, rule))
        // Deleted first, so that the Map's order is the order of the last attempt.
        buckets.delete(key)
        buckets.set(key, { ...bucket, expiresAtMs: nowMs + keptMs })
      }
      for (const oldest of buckets.keys()) {
        if (buckets.size <= maxBuckets) break
        buckets.delete(oldest)
      }
      return decision
    },

    giveBack(reserved: readonly { key: string; rule: BucketRule; given: Bucket }[]): void {
      for (const { key, rule, given } of reserved) {
        const bucket = buckets.get(key)
        const left = bucket && giveBack(bucket, rule, given)
        if (bucket && left) buckets.set(key, { ...bucket, ...left })
        else buckets.delete(key)
      }
    },

    forget(keys: readonly string[]): void {
      for (const key of keys) buckets.delete(key)
    },
  }
}
