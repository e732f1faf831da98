import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deleteData, type EmbeddedServer, startPostgres, startRedis } from '@fondasi/embedded'

/** Closes what was opened; the last opened first. */
export type Cleanups = (() => Promise<unknown>)[]

/**
 * An empty PostgreSQL and Redis in a temporary folder, as safe as in production (fsync on, AOF on): a bench of
 * writes that may be lost would be a bench of something else.
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
