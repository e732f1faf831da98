import { setTimeout as delay } from 'node:timers/promises'
import { type Subscription, subscribe } from '@fondasi/redis'
import type { Logger } from 'pino'
import type { KeyStore } from './service.ts'

/** Who changes keys says so here; the message itself is empty, the truth is in the table. */
export const keysChannel = 'auth:keys'

/** A net under the pub/sub, and often enough for keys that are published a day before they sign. */
const maintainEveryMs = 60_000

/**
 * Keeps a process's keys current: at once when another process says that it changed them, and every minute, when
 * what is due is done too. An outage of the database leaves the loaded keys in use.
 *
 * @returns `close` resolves when nothing runs any more
 */
export function startKeyMaintenance(options: { keys: KeyStore; redisUrl: string; log: Logger }): Subscription {
  const { keys, log } = options
  const stopped = new AbortController()
  const subscription = subscribe({
    url: options.redisUrl,
    channel: keysChannel,
    log,
    onMessage: () => keys.load(),
    onReady: () => keys.load(),
  })
  const maintaining = (async () => {
    while (!stopped.signal.aborted) {
      await keys.maintain().catch((error: unknown) => log.error({ err: error }, 'signing keys were not maintained'))
      await delay(maintainEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()
  return {
    async close() {
      stopped.abort()
      await Promise.all([subscription.close(), maintaining])
    },
  }
}
