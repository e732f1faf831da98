import { join } from 'node:path'
import { type EmbeddedServer, startPostgres, startRedis } from '@fondasi/embedded'
import { makeTestFolder } from './test-folder.ts'

/** A real server that only one test file uses, so that the test may kill it. It always runs from embedded binaries. */
export type OwnServer = {
  url: string
  /** Sends SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts it again after `kill`, on the same port with the same data. */
  restart(): Promise<void>
  /** Stops the server and deletes its data. Call it at the end of the test file. */
  stop(): Promise<void>
}

/** Starts a PostgreSQL for this test file. `url` logs in as the superuser. Committed rows survive `kill`. */
export async function startOwnPostgres(): Promise<OwnServer> {
  return startOwn('postgres', (dataDir, port) => startPostgres({ dataDir, durable: true, ...port }))
}

/** Starts a Redis for this test file. `kill` loses its data, because no code may depend on Redis to keep data. */
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
