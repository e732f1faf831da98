import { fileURLToPath } from 'node:url'
import { freePort } from '@fondasi/embedded'
import { Client } from 'pg'
import { type Cleanups, startDataStores } from '../data-stores.ts'
import type { Effort } from '../load.ts'
import { serviceReady, startNode } from '../node-process.ts'
import { type JobsSettings, prepareJobs } from './jobs-settings.ts'
import { concurrency, type MeasuredQueue } from './queue-process.ts'

/** What every measurement gets. */
export interface JobsBench {
  effort: Effort
  service: MeasuredQueue
  /** BullMQ without anything around it. */
  raw: MeasuredQueue
  /** Queues that people use instead, by name. */
  peers: Readonly<Record<string, MeasuredQueue>>
  settings: JobsSettings
  cleanups: Cleanups
  servers: string[]
}

const serviceProcess = new URL('./service-process.ts', import.meta.url)
const rawProcess = new URL('./raw-process.ts', import.meta.url)
const pgBossProcess = new URL('./pgboss-process.ts', import.meta.url)
const dbosProcess = new URL('./dbos-process.ts', import.meta.url)
const graphileProcess = new URL('./graphile-process.ts', import.meta.url)

/** Starts PostgreSQL and Redis, and for each queue a process and a database of its own. */
export async function startJobsBench(effort: Effort, cleanups: Cleanups): Promise<JobsBench> {
  const { postgres, redis } = await startDataStores(cleanups)
  const settings = await prepareJobs(postgres.url, redis.url)
  const env = { ...settings.env, WORKER_CONCURRENCY: String(concurrency) }
  const startPeer = async (program: URL, name: string) => {
    const databaseUrl = await createDatabase(postgres.url, name)
    return startQueue(program, { DATABASE_URL: databaseUrl }, cleanups)
  }
  return {
    effort,
    service: await startQueue(serviceProcess, env, cleanups),
    raw: await startQueue(rawProcess, { REDIS_URL: redis.url }, cleanups),
    peers: {
      'pg-boss': await startPeer(pgBossProcess, 'pgboss'),
      'graphile-worker': await startPeer(graphileProcess, 'graphile'),
      DBOS: await startPeer(dbosProcess, 'dbos'),
    },
    settings,
    cleanups,
    servers: [postgres.source, redis.source],
  }
}

async function createDatabase(adminUrl: string, name: string): Promise<string> {
  const client = new Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}

async function startQueue(
  program: URL,
  env: Record<string, string>,
  cleanups: Cleanups,
): Promise<MeasuredQueue> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const child = await startNode(fileURLToPath(program), { ...env, PORT: String(port) })
  cleanups.push(() => child.stop())
  await serviceReady(child, origin)
  const ask = async <Answer>(path: string, order: object): Promise<Answer> => {
    const response = await fetch(origin + path, { method: 'POST', body: JSON.stringify(order) })
    const body = await response.text()
    if (!response.ok) throw new Error(`${program.pathname} failed: ${body}`)
    return JSON.parse(body)
  }
  return {
    drain: (order) => ask('/drain', order),
    batch: (order) => ask('/batch', order),
    single: () => ask('/single', {}),
  }
}
