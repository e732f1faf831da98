import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Logger } from 'pino'

// Short, because without a listener messages wait for the next poll.
const reconnectDelayMs = 1_000

const connectTimeoutMs = 5_000

// A listener only waits, so it would not notice a silent connection. It therefore runs a query regularly.
const checkEveryMs = 10_000
const answerTimeoutMs = 5_000

const keepAliveDelayMs = 10_000

/**
 * Calls `onNotify` for each notification on a channel, and after every (re)connect, because notifications in between are
 * lost. It uses its own connection and reconnects for ever.
 *
 * PostgreSQL keeps no notifications for a connection that is away, so a caller must also find work without them.
 *
 * @param options.url connects to PostgreSQL itself: a pooler that shares connections does not support LISTEN
 * @returns a function that closes the listener
 */
export function listen(options: {
  url: string
  channel: string
  onNotify: () => void
  log: Logger
}): () => Promise<void> {
  const { url, channel, onNotify, log } = options
  const closing = new AbortController()

  const run = async () => {
    while (!closing.signal.aborted) {
      const client = new Client({
        connectionString: url,
        application_name: `listen ${channel}`,
        connectionTimeoutMillis: connectTimeoutMs,
        query_timeout: answerTimeoutMs,
        keepAlive: true,
        keepAliveInitialDelayMillis: keepAliveDelayMs,
      })
      const lost = new AbortController()
      client.on('error', (error) => lost.abort(error))
      client.on('notification', onNotify)
      try {
        await client.connect()
        await client.query(`listen ${client.escapeIdentifier(channel)}`)
        onNotify()
        for (;;) {
          await delay(checkEveryMs, undefined, { signal: AbortSignal.any([closing.signal, lost.signal]) })
          await client.query('select 1')
        }
      } catch (error) {
        if (!closing.signal.aborted)
          log.debug(
            { err: error },
            'lost the LISTEN connection; until it is back, new work is found by polling only',
          )
      }
      // Not awaited, because a server that hangs never closes its side.
      void client.end().catch(() => {})
      await delay(reconnectDelayMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }

  const running = run()
  return async () => {
    closing.abort()
    await running
  }
}
