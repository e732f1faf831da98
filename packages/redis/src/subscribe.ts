import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { connectionOptions } from './connection.ts'
import { logOutages } from './outage-log.ts'

// A subscriber only listens, so it would never notice a connection that has gone silent: it asks for a sign of life.
const pingEveryMs = 5_000
const silenceMs = 5_000

export type Subscription = { close(): Promise<void> }

/**
 * Listens to one pub/sub channel on a connection of its own, and again after every reconnect. Returns at once,
 * also while Redis is away.
 *
 * Redis keeps no messages for a subscriber that is away. `onReady` is called after every (re)subscription: there
 * the caller reads what it may have missed from where the truth is. What the callbacks throw is logged.
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
    // Subscribing again is done below, where it is known when it has happened.
    autoResubscribe: false,
  })
  logOutages(redis, log)

  const guarded = async (callback: () => void | Promise<void>) => {
    try {
      await callback()
    } catch (error) {
      log.error({ err: error }, 'subscriber failed')
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
    // Without an answer the client closes the connection itself (`socketTimeout`).
    if (redis.status === 'ready') redis.ping().catch(() => {})
  }, pingEveryMs)

  return {
    async close() {
      clearInterval(pinging)
      redis.disconnect()
    },
  }
}
