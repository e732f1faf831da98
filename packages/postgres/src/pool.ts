import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'pg'
import type { Logger } from 'pino'
import { closeWhenSilent } from './silent-connection.ts'

// A PostgreSQL backend does one thing at a time and costs memory: a small pool that queues is faster than a
// large one that makes the server switch. Four processes of ten leave room under the default of 100.
const defaultMaxConnections = 10

// A request that waits longer than this for a connection is better answered with 503 while its client listens.
const connectionTimeoutMs = 3_000

// No query of a request should take longer; a transaction that needs more calls `allowStatements`.
const statementTimeoutMs = 10_000

/**
 * How much later than the statement timeout we stop waiting for the answer ourselves: the server's own error, which
 * says what was too slow, must have time to arrive.
 */
export const answerMarginMs = 2_000

/** How long a connection may owe an answer, unless its transaction allows longer statements. */
export const silenceLimitMs = statementTimeoutMs + answerMarginMs

// Finds a dead host while a connection is idle. Without a delay Linux would wait two hours for the first probe.
const keepAliveDelayMs = 10_000

// A transaction that does nothing holds its locks and keeps VACUUM from cleaning: a bug, so it is ended.
const idleInTransactionTimeoutMs = 15_000

// Short enough that a readiness probe (usually 1 to 3 s) gets an answer instead of a timeout of its own.
const checkTimeoutMs = 1_000

/**
 * A pool of connections to one database. It connects when it is first used, so a process starts while the
 * database is away, and reconnects by itself. Close it with `pool.end()`.
 *
 * @param options.applicationName shown in `pg_stat_activity`
 * @param options.max connections at most (default 10)
 */
export function createPool(options: {
  url: string
  max?: number
  applicationName: string
  log: Logger
}): Pool {
  const { url, max = defaultMaxConnections, applicationName, log } = options
  const pool = new Pool({
    connectionString: url,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelayMs,
  })
  // An 'error' event nobody listens to ends the process. The pool emits it for an idle client; a client that is
  // checked out between two queries emits its own, which the pool does not hear.
  pool.on('error', (error) => log.warn({ err: error }, 'idle postgres connection lost'))
  pool.on('connect', (client) => {
    closeWhenSilent(client, silenceLimitMs)
    client.on('error', (error) => log.debug({ err: error }, 'postgres connection lost'))
  })
  return pool
}

/** Health: resolves when the database answers within a second, rejects with the reason otherwise. */
export async function checkPostgres(pool: Pool): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([
      pool.query('select 1'),
      delay(checkTimeoutMs, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`postgres did not answer within ${checkTimeoutMs} ms`)
      }),
    ])
  } finally {
    timer.abort()
  }
}
