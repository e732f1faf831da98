import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  deleteData,
  type EmbeddedServer,
  type SupervisedProcess,
  startPostgres,
  startRedis,
} from '@fondasi/embedded'
import type { Cleanups } from '../../bench/src/data-stores.ts'
import { serviceReady, startNode } from '../../bench/src/node-process.ts'

/** Something that can be killed and started again at the same address. */
export interface Killable {
  /** Sends SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Resolves when it is ready. */
  start(): Promise<void>
}

export interface KillableServer extends Killable {
  url: string
  source: string
}

export interface KillableRedis extends KillableServer {
  /** From the next start on: whether Redis writes its data to a file. */
  keepData(isKept: boolean): void
}

export interface KillableProcess extends Killable {
  pid(): number
  /** @returns the exit code */
  exited(): Promise<number>
}

/** PostgreSQL as in production (fsync and synchronous_commit on), and Redis, each with a data folder of its own. */
export async function startStores(
  cleanups: Cleanups,
): Promise<{ postgres: KillableServer; redis: KillableRedis }> {
  const folder = await mkdtemp(join(tmpdir(), 'fondasi-chaos-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  const postgresData = join(folder, 'postgres')
  cleanups.push(() => deleteData(postgresData))
  const postgres = await killableServer(cleanups, (port) => startPostgres({ dataDir: postgresData, ...port }))
  let durable = true
  const redisData = join(folder, 'redis')
  const redis = await killableServer(cleanups, (port) => startRedis({ dataDir: redisData, durable, ...port }))
  return {
    postgres,
    redis: {
      ...redis,
      keepData(isKept) {
        durable = isKept
      },
    },
  }
}

async function killableServer(
  cleanups: Cleanups,
  start: (port: { port?: number }) => Promise<EmbeddedServer>,
): Promise<KillableServer> {
  let running = await start({})
  const { port, url, source } = running
  cleanups.push(() => running.stop())
  return {
    url,
    source,
    async kill() {
      running.kill()
      await running.exited
    },
    async start() {
      running = await start({ port })
      if (running.port !== port) throw new Error(`port ${port} was taken while ${source} was away`)
    },
  }
}

/**
 * Starts a program of the app, which `/readyz` at `origin` shows to be ready.
 * @param onLine gets each line of its log
 */
export async function startKillable(options: {
  script: string
  env: Record<string, string>
  origin: string
  onLine: (line: string) => void
  cleanups: Cleanups
}): Promise<KillableProcess> {
  const { script, env, origin, onLine, cleanups } = options
  const start = async (): Promise<SupervisedProcess> => {
    const child = await startNode(script, env, onLine)
    await serviceReady(child, origin)
    return child
  }
  let running = await start()
  cleanups.push(async () => {
    // One that a part has stopped with SIGSTOP would ignore the stop signal.
    running.kill()
    await running.exited
  })
  return {
    pid: () => running.pid,
    exited: () => running.exited,
    async kill() {
      running.kill()
      await running.exited
    },
    async start() {
      running = await start()
    },
  }
}
