import { join } from 'node:path'
import { type EmbeddedServer, startPostgres, startRedis } from '@fondasi/embedded'
import { makeTestFolder } from './test-folder.ts'

/** A real server that only one test file uses, and so may be killed. Always from embedded binaries. */
export type OwnServer = {
  url: string
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts it again after `kill`, on the same port and data. */
  restart(): Promise<void>
  /** For the end of the test file: stops the server and removes its data. */
  stop(): Promise<void>
}

/** PostgreSQL of this test file alone; `url` is the superuser's. What was committed survives `kill`. */
export async function startOwnPostgres(): Promise<OwnServer> {
  return startOwn('postgres', (dataDir, port) => startPostgres({ dataDir, durable: true, ...port }))
}

/** Redis of this test file alone. It forgets everything at `kill`: nothing may depend on what Redis keeps. */
export async function startOwnRedis(): Promise<OwnServer> {
  return startOwn('redis', (dataDir, port) => startRedis({ dataDir, durable: false, ...port }))
}

async function startOwn(
  name: string,
  start: (dataDir: string, port: { port?: number }) => Promise<EmbeddedServer>,
): Promise<OwnServer> {
  const folder = await makeTestFolder()
  const dataDir = join(folder.path, name)
  const first = await start(dataDir, {})
  const { url, port } = first
  let running = first

  return {
    url,
    async kill() {
      running.kill()
      await running.exited
    },
    async restart() {
      running = await start(dataDir, { port })
      if (running.port !== port) throw new Error(`port ${port} was taken while ${name} was away`)
    },
    async stop() {
      await running.stop()
      await folder.remove()
    },
  }
}
