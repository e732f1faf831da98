import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type SupervisedProcess, startPostgres, startRedis } from '@fondasi/embedded'
import { logFolder, postgresData, redisData } from './paths.ts'
import type { RunningServer } from './state.ts'

export type DataStore = {
  running: RunningServer
  /** Absent for a server that we did not start. */
  process?: SupervisedProcess
}

// Away from the usual 5432 and 6379, where a developer's own servers listen.
const postgresPort = 54_320
const redisPort = 63_790

/** The PostgreSQL of DATABASE_ADMIN_URL, or one that we start with its data in this checkout. */
export async function openPostgres(say: (line: string) => void): Promise<DataStore> {
  const { DATABASE_ADMIN_URL: url } = process.env
  if (url) return { running: { url, source: 'DATABASE_ADMIN_URL' } }

  say(existsSync(postgresData) ? 'Starting PostgreSQL' : 'Starting PostgreSQL with a new data folder')
  const logFile = join(logFolder, 'postgres.log')
  const server = await startPostgres({ dataDir: postgresData, port: postgresPort, logFile })
  if (server.port !== postgresPort) say(`Port ${postgresPort} is taken: PostgreSQL gets ${server.port}`)
  return { running: { url: server.url, source: server.source }, process: server }
}

/** The Redis of REDIS_URL, or one that we start with its data in this checkout. */
export async function openRedis(say: (line: string) => void): Promise<DataStore> {
  const { REDIS_URL: url } = process.env
  if (url) return { running: { url, source: 'REDIS_URL' } }

  say(
    existsSync(redisData)
      ? 'Starting Redis'
      : 'Starting Redis (the first time, a copy is downloaded if none is installed)',
  )
  const logFile = join(logFolder, 'redis.log')
  const server = await startRedis({ dataDir: redisData, port: redisPort, logFile })
  if (server.port !== redisPort) say(`Port ${redisPort} is taken: Redis gets ${server.port}`)
  return { running: { url: server.url, source: server.source }, process: server }
}
