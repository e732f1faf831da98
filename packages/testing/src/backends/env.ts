import { dropTestDatabases } from '../template-database.ts'
import type { Backend } from './backend.ts'

/** Servers that somebody else runs: `TEST_DATABASE_ADMIN_URL` and `TEST_REDIS_URL`, both or an error. */
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
    // The servers stay. Keys in Redis are removed by the test files that made them.
    stop: () => dropTestDatabases(postgresAdminUrl, runId),
  }
}
