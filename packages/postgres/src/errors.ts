import { DrizzleQueryError } from 'drizzle-orm'

// SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
const uniqueViolation = '23505'
const lockNotAvailable = '55P03'
const foreignKeyViolation = '23503'
const deadlockDetected = '40P01'
const queryCanceled = '57014'

const unavailableCodes = new Set([
  '53300', // too_many_connections
  '57P01', // admin_shutdown: a restart, or pg_terminate_backend
  '57P02', // crash_shutdown: another backend crashed, so the server ends all of them
  '57P03', // cannot_connect_now: starting up or recovering
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND', // in a cluster, a server's name disappears with it
  'EAI_AGAIN',
])

// Class 08 is "connection exception".
const connectionExceptionClass = '08'

// pg and pg-pool give these errors no code, so only the message identifies them.
const unavailableMessages = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
])

/** True if a unique constraint refused the write. With `constraint`, only if it was that constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return causes(error).some(
    (cause) =>
      text(cause, 'code') === uniqueViolation &&
      (constraint === undefined || text(cause, 'constraint') === constraint),
  )
}

/** True if the write refers to a row that does not exist. */
export function isForeignKeyViolation(error: unknown): boolean {
  return causes(error).some((cause) => text(cause, 'code') === foreignKeyViolation)
}

/** True if PostgreSQL aborted the transaction to resolve a deadlock. It can be retried. */
export function isDeadlock(error: unknown): boolean {
  return causes(error).some((cause) => text(cause, 'code') === deadlockDetected)
}

/** True if the statement waited for a lock for longer than `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return causes(error).some((cause) => text(cause, 'code') === lockNotAvailable)
}

/** True if the statement was canceled, because it took longer than `statement_timeout` or because somebody asked for it. */
export function isCanceled(error: unknown): boolean {
  return causes(error).some((cause) => text(cause, 'code') === queryCanceled)
}

/**
 * True if the database is unreachable or cannot take the query now. A service returns 503, and a client may retry. A
 * query that is wrong or too slow (`statement_timeout`) does not count.
 */
export function isUnavailable(error: unknown): boolean {
  return causes(error).some((cause) => {
    const code = text(cause, 'code')
    if (code !== undefined) return unavailableCodes.has(code) || code.startsWith(connectionExceptionClass)
    return unavailableMessages.has(cause.message)
  })
}

/**
 * True if a query of ours failed because the database is unreachable. Errors of other servers have the same codes, such as the
 * `ECONNREFUSED` of a mail server, and do not count.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return isUnavailable(error) && causes(error).some((cause) => cause instanceof DrizzleQueryError)
}

/** The error and its causes, outermost first. Drizzle wraps the driver's error in a `DrizzleQueryError`. */
function causes(error: unknown): Error[] {
  const chain: Error[] = []
  let current = error
  while (current instanceof Error && !chain.includes(current)) {
    chain.push(current)
    current = current.cause
  }
  return chain
}

function text(error: Error, key: 'code' | 'constraint'): string | undefined {
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : undefined
}
