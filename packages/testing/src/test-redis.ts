import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { inject } from 'vitest'
import './test-run.ts'

/** A corner of the run's Redis: `createRedis({ url, keyPrefix, ... })` stays inside it. */
export type TestRedis = {
  url: string
  keyPrefix: string
  /** Removes every key of this corner, for the start of a test. */
  flush(): Promise<void>
  /** For the end of the test file. */
  close(): Promise<void>
}

/**
 * A key prefix for this test file. (Redis' numbered databases would isolate pub/sub no better and are only 16.)
 * A channel's name does not get ioredis' prefix: an app that uses channels puts its prefix before the name itself.
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
