import {
  type AttemptResult,
  admit,
  type Bucket,
  type BucketRule,
  type Decision,
  inFlightMs,
  lockAfter,
  settle,
} from './throttle-rules.ts'

/** More accounts and networks than one process sees within the hour that failures count. Beyond it the oldest are dropped. */
const maxBuckets = 50_000

interface StoredBucket {
  failures: number
  lockedUntilMs: number
  /** Attempts in flight, by id, and when each stops counting. */
  inFlight: Map<string, number>
  expiresAtMs: number
}

/**
 * The throttle's buckets as this process has seen them. They decide while Redis is unreachable. Attempts that Redis has
 * admitted are counted here too, so that an outage does not give guessers a fresh start.
 */
export function createLocalBuckets(clock: () => Date) {
  const buckets = new Map<string, StoredBucket>()

  function read(key: string, nowMs: number): StoredBucket {
    const bucket = buckets.get(key)
    if (bucket === undefined || bucket.expiresAtMs <= nowMs)
      return { failures: 0, lockedUntilMs: 0, inFlight: new Map(), expiresAtMs: 0 }
    for (const [id, untilMs] of bucket.inFlight) if (untilMs <= nowMs) bucket.inFlight.delete(id)
    return bucket
  }

  function write(key: string, bucket: StoredBucket): void {
    // Deleted first, so that the Map's order is the order of the last change.
    buckets.delete(key)
    buckets.set(key, bucket)
    for (const oldest of buckets.keys()) {
      if (buckets.size <= maxBuckets) break
      buckets.delete(oldest)
    }
  }

  function begin(id: string, attempt: readonly { key: string }[]): void {
    const nowMs = clock().getTime()
    for (const { key } of attempt) {
      const bucket = read(key, nowMs)
      bucket.inFlight.set(id, nowMs + inFlightMs)
      write(key, { ...bucket, expiresAtMs: Math.max(bucket.expiresAtMs, nowMs + inFlightMs) })
    }
  }

  return {
    /** Counts an attempt as in flight that Redis has admitted. */
    begin,

    /** Decides, and counts an admitted attempt as in flight, in one step. */
    admit(id: string, attempt: readonly { key: string; rule: BucketRule }[]): Decision {
      const nowMs = clock().getTime()
      const decision = admit(
        attempt.map(({ key, rule }) => ({ rule, bucket: countsOf(read(key, nowMs)) })),
        nowMs,
      )
      if (decision.outcome === 'admitted') begin(id, attempt)
      return decision
    },

    /** @returns for each bucket whether this attempt has locked it */
    settle(
      id: string,
      attempt: readonly { key: string; rule: BucketRule }[],
      result: AttemptResult,
    ): boolean[] {
      const nowMs = clock().getTime()
      return attempt.map(({ key, rule }) => {
        const stored = read(key, nowMs)
        const { failures, lockedUntilMs } = settle(countsOf(stored), rule, result, nowMs)
        stored.inFlight.delete(id)
        if (failures === 0 && stored.inFlight.size === 0) {
          buckets.delete(key)
          return false
        }
        const keptMs = result === 'wrong' ? Math.max(rule.windowMs, lockAfter(failures, rule)) : 0
        const expiresAtMs = Math.max(stored.expiresAtMs, nowMs + keptMs)
        write(key, { failures, lockedUntilMs, inFlight: stored.inFlight, expiresAtMs })
        return lockedUntilMs > stored.lockedUntilMs
      })
    },

    forget(keys: readonly string[]): void {
      for (const key of keys) buckets.delete(key)
    },
  }
}

function countsOf({ failures, lockedUntilMs, inFlight }: StoredBucket): Bucket {
  return { failures, lockedUntilMs, inFlight: inFlight.size }
}
