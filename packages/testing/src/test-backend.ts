import { createClock, type TestClock } from './clock.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { createTestRedis, type TestRedis } from './test-redis.ts'

/** What all instances of an app in one test file share. */
export type TestBackend = {
  database: TestDatabase
  redis: TestRedis
  clock: TestClock
  /** Empties Redis and all tables except the kept ones. Call it before each test. */
  reset(): Promise<void>
  /** Call it at the end of the test file. */
  close(): Promise<void>
}

/** @param options those of `createTestDatabase` */
export async function createTestBackend(
  options: Parameters<typeof createTestDatabase>[0],
): Promise<TestBackend> {
  const database = await createTestDatabase(options)
  const redis = await createTestRedis()
  return {
    database,
    redis,
    clock: createClock(),
    async reset() {
      await Promise.all([database.truncate(), redis.flush()])
    },
    async close() {
      await redis.close()
      await database.drop()
    },
  }
}
