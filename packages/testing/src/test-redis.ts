import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { inject } from 'vitest'
import './test-run.ts'

/** A key prefix in the run's Redis, to pass to `createRedis`. */
export type TestRedis = {
  url: string
  keyPrefix: string
  /** Removes every key with the prefix. Call it before each test. */
  flush(): Promise<void>
  /** Removes the keys and disconnects. Call it at the end of the test file. */
  close(): Promise<void>
}

/**
 * Makes a key prefix for this test file. (Redis' numbered databases would not isolate pub/sub either, and there are only
 * 16.) ioredis does not add the prefix to channels: an app adds its prefix to its channels itself.
 */
export async function createTestRedis(): Promise<TestRedis> {
  const { id, redisUrl } = inject('testRun')
  const keyPrefix = `test:${id}:${randomBytes(4).toString('hex')}:`
  const redis = new Redis(redisUrl, { connectionName: 'test' })

  const flush = async () => {
    for await (const keys of redis.scanStream({ match: `${keyPrefix}*`, count: 1000 })) {
      if (keys.length > 0) await redis.unlink(keys)
    }
  }
  return {
    url: redisUrl,
    keyPrefix,
    flush,
    async close() {
      await flush()
      redis.disconnect()
    },
  }
}
