// SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
const uniqueViolation = '23505'
const lockNotAvailable = '55P03'
const foreignKeyViolation = '23503'
const deadlockDetected = '40P01'

const unavailableCodes = new Set([
  '53300', // too_many_connections
  '57P01', // admin_shutdown: a restart, or pg_terminate_backend
  '57P02', // crash_shutdown: another backend died, all are ended
  '57P03', // cannot_connect_now: starting up or recovering
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND', // in a cluster the name goes away with the server
  'EAI_AGAIN',
])

// Class 08 is "connection exception".
const connectionExceptionClass = '08'

// pg and pg-pool give these errors no code; the words are all there is.
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

/** True when a unique constraint refused the write; with `constraint`, only when it was that one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return causes(error).some(
    (cause) =>
      text(cause, 'code') === uniqueViolation &&
      (constraint === undefined || text(cause, 'constraint') === constraint),
  )
}

/** True when a row that the write refers to is not there. */
export function isForeignKeyViolation(error: unknown): boolean {
  return causes(error).some((cause) => text(cause, 'code') === foreignKeyViolation)
}

/** True when the transaction was ended because it and another one waited for each other: it may run anew. */
export function isDeadlock(error: unknown): boolean {
  return causes(error).some((cause) => text(cause, 'code') === deadlockDetected)
}

/** True when a lock was not to be had within `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return causes(error).some((cause) => text(cause, 'code') === lockNotAvailable)
}

/**
 * True when the database could not be reached or could not take the query now: what a service answers with
 * 503 and a client may try again. A query that is wrong, or too slow (`statement_timeout`), is not that.
 */
export function isUnavailable(error: unknown): boolean {
  return causes(error).some((cause) => {
    const code = text(cause, 'code')
    if (code !== undefined) return unavailableCodes.has(code) || code.startsWith(connectionExceptionClass)
    return unavailableMessages.has(cause.message)
  })
}

/** The error and its causes, outermost first: drizzle wraps the driver's error in a `DrizzleQueryError`. */
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
