import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Logger } from 'pino'

// Short: while nobody listens, messages wait for the next poll.
const reconnectDelayMs = 1_000

const connectTimeoutMs = 5_000

// A listener only waits, so it would never notice a connection that has gone silent: it asks for a sign of life.
const checkEveryMs = 10_000
const answerTimeoutMs = 5_000

const keepAliveDelayMs = 10_000

/**
 * Calls `onNotify` for each notification on a channel, and after every (re)connection, because what was notified
 * in between is lost. Uses a connection of its own and makes it again for ever. Returns what closes it.
 *
 * @param options.url of PostgreSQL itself: a pooler that shares connections cannot LISTEN
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
        if (!closing.signal.aborted) log.debug({ err: error }, 'not listening; polling goes on')
      }
      // Not awaited: a server that hangs would never say goodbye.
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
