import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deleteData, type EmbeddedServer, startPostgres, startRedis } from '@fondasi/embedded'

/** Functions that close what the bench opened. They are called in reverse order. */
export type Cleanups = (() => Promise<unknown>)[]

/**
 * Starts an empty PostgreSQL and Redis in a temporary folder, as durable as in production (fsync on, AOF on): without
 * that, writes would be faster than any that a deployment can rely on.
 */
export async function startDataStores(
  cleanups: Cleanups,
): Promise<{ postgres: EmbeddedServer; redis: EmbeddedServer }> {
  const folder = await mkdtemp(join(tmpdir(), 'fondasi-bench-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  const postgresData = join(folder, 'postgres')
  const postgres = await startPostgres({ dataDir: postgresData })
  cleanups.push(async () => {
    await postgres.stop()
    await deleteData(postgresData)
  })
  const redis = await startRedis({ dataDir: join(folder, 'redis') })
  cleanups.push(() => redis.stop())
  return { postgres, redis }
}
