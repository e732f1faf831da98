import { dropTestDatabases } from '../template-database.ts'
import type { Backend } from './backend.ts'

/** Uses servers that already run: `TEST_DATABASE_ADMIN_URL` and `TEST_REDIS_URL`. It throws if only one is set. */
export function useServersFromEnv(options: {
  env: Record<string, string | undefined>
  runId: string
}): Backend {
  const { env, runId } = options
  const postgresAdminUrl = env['TEST_DATABASE_ADMIN_URL']
  const redisUrl = env['TEST_REDIS_URL']
  if (!postgresAdminUrl || !redisUrl) {
    throw new Error('tests on given servers need both TEST_DATABASE_ADMIN_URL and TEST_REDIS_URL')
  }
  return {
    description: `given servers, PostgreSQL at ${new URL(postgresAdminUrl).host}, Redis at ${new URL(redisUrl).host}`,
    postgresAdminUrl,
    redisUrl,
    // The servers keep running. Each test file removes its own keys in Redis.
    stop: () => dropTestDatabases(postgresAdminUrl, runId),
  }
}
