import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'pg'
import type { Logger } from 'pino'
import { closeWhenSilent } from './silent-connection.ts'

// A PostgreSQL backend runs one query at a time and costs memory. A small pool with a queue is faster than a large pool
// that makes the server switch between backends. Four processes with ten each stay well below the server's default of 100.
const defaultMaxConnections = 10

// A request that waits longer for a connection should get a 503 while its client still listens.
const connectionTimeoutMs = 3_000

// No query of a request should take longer; a transaction that needs more calls `allowStatements`.
const statementTimeoutMs = 10_000

/** We wait this much longer than the server's statement timeout, so that its error has time to arrive. */
export const answerMarginMs = 2_000

/** How long a connection may be silent while a query is pending. `allowStatements` raises it for one transaction. */
export const silenceLimitMs = statementTimeoutMs + answerMarginMs

// TCP keep-alive finds a dead host while a connection is idle. By default, Linux sends the first probe after two hours.
const keepAliveDelayMs = 10_000

// An idle transaction holds locks and keeps VACUUM from cleaning up. That is a bug, so the server ends it.
const idleInTransactionTimeoutMs = 15_000

// A readiness probe usually waits 1 to 3 s. It should get our answer before it times out.
const checkTimeoutMs = 1_000

/**
 * Makes a pool of connections to one database. It connects on first use, so a process can start during an outage of the
 * database, and it reconnects by itself. Close it with `pool.end()`.
 *
 * @param options.applicationName shown in `pg_stat_activity`
 * @param options.max the maximum number of connections (default 10)
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
  // An 'error' event without a listener ends the process. The pool emits it for idle clients. A client that is checked
  // out and between two queries emits it itself, and the pool does not listen to it.
  pool.on('error', (error) =>
    log.warn(
      { err: error },
      'lost an idle PostgreSQL connection; the pool will open another one when it needs it',
    ),
  )
  pool.on('connect', (client) => {
    closeWhenSilent(client, silenceLimitMs)
    client.on('error', (error) => log.debug({ err: error }, 'lost a PostgreSQL connection'))
  })
  return pool
}

/** The health check: resolves if the database answers within a second, rejects with the reason if not. */
export async function checkPostgres(pool: Pool): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([
      pool.query('select 1'),
      delay(checkTimeoutMs, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`PostgreSQL did not answer within ${checkTimeoutMs} ms`)
      }),
    ])
  } finally {
    timer.abort()
  }
}
