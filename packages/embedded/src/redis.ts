import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isProcessOf } from './process-identity.ts'
import { findRedis } from './redis-binary.ts'
import { type EmbeddedServer, type ServerOptions, startServer } from './server.ts'

/**
 * Starts a real Redis on 127.0.0.1 as a child process and waits until it accepts connections. It ends with this
 * process, even if this process is killed. It has no password: every user of this machine can reach it.
 * @throws Error when a server already runs on the folder, or when there is no Redis (then it names what to install)
 * @throws ServerEndedError when the server ends before it is ready, with its last log lines
 */
export async function startRedis(options: ServerOptions): Promise<EmbeddedServer> {
  const binary = await findRedis()
  await mkdir(options.dataDir, { recursive: true })
  const dataDir = await realpath(options.dataDir)
  const pidFile = join(dataDir, 'redis.pid')
  await assertNotRunning(pidFile, dataDir)

  const server = await startServer(options, /Ready to accept connections/, (port) => ({
    command: binary.command,
    args: settings(port, dataDir, options.durable ?? true),
    env: { ...binary.env, LC_ALL: 'C' },
    cwd: dataDir,
    stopSignal: 'TERM',
  }))
  await writeFile(pidFile, String(server.pid))
  return { ...server, url: `redis://127.0.0.1:${server.port}`, source: binary.source }
}

function settings(port: number, dataDir: string, durable: boolean): string[] {
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    dir: dataDir,
    // A full queue must refuse new jobs and keep the old ones.
    'maxmemory-policy': 'noeviction',
    save: '',
    appendonly: durable ? 'yes' : 'no',
    appendfsync: 'everysec',
    // Otherwise Redis changes its command line, by which the next start recognises it.
    'set-proc-title': 'no',
  }
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
}

// Two servers on one append-only file would corrupt it, and Redis itself does not check.
async function assertNotRunning(pidFile: string, dataDir: string): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10)
  if (Number.isInteger(pid) && (await isProcessOf(pid, dataDir))) {
    throw new Error(`Redis already runs on ${dataDir} (process ${pid})`)
  }
}
