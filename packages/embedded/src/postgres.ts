import { postgresBinaries } from './postgres-binaries.ts'
import { postgresEnv, prepareDataDir, settlePidFile } from './postgres-data.ts'
import { type EmbeddedServer, type ServerOptions, startServer } from './server.ts'
import { postgresUser, reachableDataDir } from './unprivileged-user.ts'

/**
 * Starts a real PostgreSQL on 127.0.0.1 as a child process and waits until it accepts connections. The URL logs in as
 * the superuser to the database `postgres`. The server ends with this process, even if this process is killed.
 * @throws Error when a server already runs on the folder, or the folder cannot be used
 * @throws ServerEndedError when the server ends before it is ready, with its last log lines
 */
export async function startPostgres(options: ServerOptions): Promise<EmbeddedServer> {
  const binaries = await postgresBinaries()
  const dataDir = await reachableDataDir(options.dataDir)
  const password = await prepareDataDir(dataDir, binaries, options.durable ?? true)
  await settlePidFile(dataDir)

  const server = await startServer(options, /database system is ready to accept/, (port) => ({
    command: binaries.postgres,
    args: ['-D', dataDir, ...settings(port, options.durable ?? true).flatMap((setting) => ['-c', setting])],
    // A shell that supervises the server is between us and it. pg_ctl sets this variable for the same reason: it names
    // an ancestor that is not a server.
    env: { ...postgresEnv, PG_GRANDPARENT_PID: String(process.pid) },
    cwd: '/',
    user: postgresUser,
    // Fast shutdown: PostgreSQL rolls back open transactions, closes the connections and flushes the data.
    stopSignal: 'INT',
  }))
  return {
    ...server,
    url: `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`,
    source: `PostgreSQL ${binaries.version} (embedded)`,
  }
}

function settings(port: number, durable: boolean): string[] {
  return [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=', // the path of a socket may have 107 bytes: less than many project folders
    'timezone=UTC',
    'log_timezone=UTC',
    'shared_preload_libraries=pg_stat_statements',
    'track_io_timing=on',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
}
