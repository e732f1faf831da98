import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { migrate, provisionDatabase } from '@fondasi/postgres'
import { type OwnServer, startOwnPostgres, startOwnRedis, waitFor } from '@fondasi/testing'
import { Client } from 'pg'
import { pino } from 'pino'

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** A second on an idle machine; on a busy one it takes what it takes. */
const startTimeoutMs = 90_000
/** For tests that start processes and await outages. */
export const processTestTimeoutMs = 120_000

/** Servers of one test file, which may be killed. */
export interface ProcessBackend {
  postgres: OwnServer
  redis: OwnServer
  /** What a process needs to find them. */
  env: Record<string, string>
  /** As the administrator of the service's database. */
  sql(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** The real service: `src/main.ts` as a child process. */
export interface AuthProcess {
  /** Without a slash at the end. */
  url: string
  child: ChildProcess
  /** Lines of the log, parsed. */
  log: Record<string, unknown>[]
  /** Resolves with the exit code, or null when a signal ended it. */
  exited: Promise<number | null>
  request(path: string, options?: RequestOptions): Promise<Answer>
  /** SIGTERM; resolves with the exit code when it is gone. */
  stop(): Promise<number | null>
  /** kill -9; for the end of a test, too. */
  kill(): Promise<void>
}

interface RequestOptions {
  method?: string
  body?: object
  token?: string
  /** The client address that a trusted proxy reports. */
  from?: string
}

interface Answer {
  status: number
  headers: Headers
  body: AnswerBody
}

/** What tests read of an answer; which of it is there depends on the route. */
interface AnswerBody {
  status: number | string
  accessToken: string
  refreshToken: string
  user: { id: string }
}

export async function startProcessBackend(): Promise<ProcessBackend> {
  const [postgres, redis] = await Promise.all([startOwnPostgres(), startOwnRedis()])
  const access = await provisionDatabase({
    adminUrl: postgres.url,
    name: 'auth',
    passwords: { migrator: 'migrator', runtime: 'runtime' },
  })
  const { migratorUrl: url, ownerRole, runtimeUrl } = access
  await migrate({ url, ownerRole, migrationsFolder, log: pino({ level: 'silent' }) })
  const adminUrl = new URL(postgres.url)
  adminUrl.pathname = '/auth'
  return {
    postgres,
    redis,
    env: {
      NODE_ENV: 'test',
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_URL: runtimeUrl,
      REDIS_URL: redis.url,
      AUTH_MASTER_KEY: Buffer.alloc(32, 7).toString('base64url'),
      TRUSTED_PROXIES: '127.0.0.1/32',
    },
    async sql(statement, values) {
      const client = new Client({ connectionString: adminUrl.href, application_name: 'test' })
      await client.connect()
      try {
        return (await client.query<Record<string, unknown>>(statement, values)).rows
      } finally {
        await client.end()
      }
    },
    async close() {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

/** Starts the program without waiting for anything. */
export function spawnAuth(env: Record<string, string>) {
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null))
  return { child, exited }
}

/** Starts the service and waits until it listens. */
export async function startAuthProcess(
  backend: Pick<ProcessBackend, 'env'>,
  env: Record<string, string> = {},
): Promise<AuthProcess> {
  const { child, exited } = spawnAuth({ ...backend.env, ...env })
  const log: Record<string, unknown>[] = []
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)))
  const listening = waitFor(() => log.find(({ msg }) => msg === 'listening'), {
    what: 'the service to listen',
    timeoutMs: startTimeoutMs,
  })
  const ended = exited.then((code) => {
    throw new Error(`the service ended with ${code} before it listened:\n${errors}`)
  })
  // When it ends later, as tests make it do, nobody asks any more.
  ended.catch(() => {})
  const line = await Promise.race([listening, ended]).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  const url = String(line['address'])

  return {
    url,
    child,
    log,
    exited,
    async request(path, { method, body, token, from } = {}) {
      const response = await fetch(`${url}${path}`, {
        method: method ?? (body ? 'POST' : 'GET'),
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(from && { 'x-forwarded-for': from }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text && JSON.parse(text) }
    },
    stop() {
      child.kill('SIGTERM')
      return exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
