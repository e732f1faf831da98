import { createClock, type TestClock } from './clock.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'
import { createTestRedis, type TestRedis } from './test-redis.ts'

/** What all instances of an app that one test file starts share. */
export type TestBackend = {
  database: TestDatabase
  redis: TestRedis
  clock: TestClock
  /** Empties tables (but those kept) and Redis, for the start of a test. */
  reset(): Promise<void>
  /** For the end of the test file. */
  close(): Promise<void>
}

/** @param options as of `createTestDatabase` */
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
