import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { connectionOptions } from './connection.ts'
import { logOutages } from './outage-log.ts'

// A subscriber only listens, so it would not notice a silent connection. It therefore sends a PING regularly.
const pingEveryMs = 5_000
const silenceMs = 5_000

export type Subscription = { close(): Promise<void> }

/**
 * Subscribes to one pub/sub channel on its own connection, and again after every reconnect. It returns at once, even
 * while Redis is unreachable.
 *
 * Redis keeps no messages for a subscriber that is disconnected. `onReady` runs after every (re)subscription, so that the caller
 * can read what it may have missed from the source. An error thrown by a callback is logged.
 */
export function subscribe(options: {
  url: string
  channel: string
  log: Logger
  onMessage: (text: string) => void | Promise<void>
  onReady: () => void | Promise<void>
}): Subscription {
  const { url, channel, onMessage, onReady } = options
  const log = options.log.child({ channel })
  const redis = new Redis(url, {
    ...connectionOptions,
    connectionName: `subscriber:${channel}`,
    maxRetriesPerRequest: null,
    socketTimeout: silenceMs,
    // We subscribe again below, in order to call `onReady` afterwards.
    autoResubscribe: false,
  })
  logOutages(redis, log)

  const guarded = async (callback: () => void | Promise<void>) => {
    try {
      await callback()
    } catch (error) {
      log.error({ err: error }, 'a subscriber callback failed; the subscription continues')
    }
  }
  redis.on('message', (_channel: string, text: string) => void guarded(() => onMessage(text)))
  redis.on('ready', () => {
    void guarded(async () => {
      await redis.subscribe(channel)
      await onReady()
    })
  })

  const pinging = setInterval(() => {
    // Without an answer, ioredis closes the connection (`socketTimeout`) and reconnects.
    if (redis.status === 'ready') redis.ping().catch(() => {})
  }, pingEveryMs)

  return {
    async close() {
      clearInterval(pinging)
      redis.disconnect()
    },
  }
}
