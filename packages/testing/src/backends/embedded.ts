import { join } from 'node:path'
import { startPostgres, startRedis } from '@fondasi/embedded'
import { makeTestFolder } from '../test-folder.ts'
import type { Backend } from './backend.ts'

/** Starts real servers as child processes from the binaries of npm and of the system. The data is in a temporary folder. */
export async function startEmbeddedBackend(): Promise<Backend> {
  const folder = await makeTestFolder()
  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir: join(folder.path, 'postgres'), durable: false }),
    startRedis({ dataDir: join(folder.path, 'redis'), durable: false }),
  ])
  return {
    description: `embedded, ${postgres.source}, ${redis.source}`,
    postgresAdminUrl: postgres.url,
    redisUrl: redis.url,
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()])
      await folder.remove()
    },
  }
}
