import { Socket } from 'node:net'
import { Client, type PoolClient } from 'pg'

/**
 * Closes the connection when a query is pending and nothing has arrived for `limitMs`. A firewall, a proxy or a dying host
 * can drop a connection without notice. Then its query would never end, and its place in the pool would be lost. pg's own
 * `query_timeout` rejects the query but keeps the connection.
 */
export function closeWhenSilent(client: PoolClient, limitMs: number): void {
  const socket = socketOf(client)
  let writtenBeforeData = socket.bytesWritten
  // Must run before pg's own listener, which may write the next query.
  socket.prependListener('data', () => {
    writtenBeforeData = socket.bytesWritten
  })
  socket.on('timeout', () => {
    const isQueryPending = socket.bytesWritten > writtenBeforeData
    if (isQueryPending) socket.destroy(silenceError(socket.timeout))
  })
  socket.setTimeout(limitMs)
}

/** Changes how long the connection may be silent while a query is pending. */
export function setSilenceLimit(client: PoolClient, limitMs: number): void {
  socketOf(client).setTimeout(limitMs)
}

function silenceError(limitMs: number | undefined): Error {
  return Object.assign(new Error(`PostgreSQL sent nothing for ${limitMs} ms`), { code: 'ETIMEDOUT' })
}

/** The socket of the connection. If it is encrypted, this is the TLS socket, which pg has set before it is connected. */
function socketOf(client: PoolClient): Socket {
  if (client instanceof Client && client.connection.stream instanceof Socket) return client.connection.stream
  throw new TypeError('the client is not a pg client with a socket')
}
