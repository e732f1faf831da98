import { freePort } from '@fondasi/embedded'
import { Pool } from 'pg'
import type { Cleanups } from '../../bench/src/data-stores.ts'
import { createHttpClient, type HttpClient } from '../../bench/src/http-client.ts'
import { jobsProgram, prepareJobs } from '../../bench/src/jobs/jobs-settings.ts'
import { type MailServer, startMailServer } from '../../bench/src/jobs/mail-server.ts'
import {
  type KillableProcess,
  type KillableRedis,
  type KillableServer,
  startKillable,
  startStores,
} from './killable.ts'
import { createRunLog, type RunLog } from './run-log.ts'

/** What runs, and can be broken. */
export interface Stack {
  postgres: KillableServer
  redis: KillableRedis
  api: KillableProcess
  workers: readonly [KillableProcess, KillableProcess]
  mail: MailServer
  runLog: RunLog
  /** Talks to the API as an administrator. */
  client: HttpClient
  authorization: string
  /** Reads the ledger. */
  ledger: Pool
}

const connections = 32
/** A poison job and 19 others run in one worker. */
const workerConcurrency = 20
/** Short, so that a rollout also hands back jobs that are too slow for it. */
export const graceSeconds = 12

/** Starts PostgreSQL, Redis, a mail server, the API and two workers, as processes of their own. */
export async function startStack(cleanups: Cleanups): Promise<Stack> {
  const { postgres, redis } = await startStores(cleanups)
  const { env, databaseUrl, authorization } = await prepareJobs(postgres.url, redis.url)
  const mail = await startMailServer(cleanups)
  const runLog = createRunLog()
  const shared = {
    ...env,
    SMTP_URL: mail.url,
    WORKER_CONCURRENCY: String(workerConcurrency),
    SHUTDOWN_GRACE_SECONDS: String(graceSeconds),
  }
  const port = await freePort()
  const apiOrigin = `http://127.0.0.1:${port}`
  const api = await startKillable({
    script: jobsProgram('main.ts'),
    env: { ...shared, PORT: String(port), ADMIN_PORT: '0' },
    origin: apiOrigin,
    onLine: () => {},
    cleanups,
  })
  const startWorker = async () => {
    const adminPort = await freePort()
    return startKillable({
      script: jobsProgram('worker.ts'),
      env: { ...shared, WORKER_ADMIN_PORT: String(adminPort) },
      origin: `http://127.0.0.1:${adminPort}`,
      onLine: runLog.read,
      cleanups,
    })
  }
  const workers = [await startWorker(), await startWorker()] as const
  const client = createHttpClient(apiOrigin, connections)
  cleanups.push(() => client.close())
  const ledger = new Pool({ connectionString: databaseUrl, max: 2 })
  // Its idle connections break when PostgreSQL is killed; the next query opens new ones.
  ledger.on('error', () => {})
  cleanups.push(() => ledger.end())
  return { postgres, redis, api, workers, mail, runLog, client, authorization, ledger }
}
