import { setTimeout as delay } from 'node:timers/promises'
import { type Subscription, subscribe } from '@fondasi/redis'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import { type KeyStore, keysChannel } from './service.ts'

/** A net under the pub/sub, and often enough for keys that are published a day before they sign. */
const maintainEveryMs = 60_000

/**
 * Loads a process's keys and keeps them current: at once when another process says that it changed them, and every
 * minute, when what is due is done too. An outage of the database leaves the loaded keys in use.
 *
 * @returns `close` resolves when nothing runs any more
 * @throws when the keys cannot be loaded now: without them nothing can be signed or verified
 */
export async function startKeyMaintenance(options: {
  keys: KeyStore
  config: Pick<Config, 'REDIS_URL' | 'REDIS_PREFIX'>
  log: Logger
}): Promise<Subscription> {
  const { keys, config, log } = options
  await keys.maintain()
  const stopped = new AbortController()
  const subscription = subscribe({
    url: config.REDIS_URL,
    channel: keysChannel(config.REDIS_PREFIX),
    log,
    onMessage: () => keys.load(),
    onReady: () => keys.load(),
  })
  const maintaining = (async () => {
    while (await delay(maintainEveryMs, true, { signal: stopped.signal }).catch(() => false)) {
      await keys
        .maintain()
        .catch((error: unknown) => log.error({ err: error }, 'signing keys were not maintained'))
    }
  })()
  return {
    async close() {
      stopped.abort()
      await Promise.all([subscription.close(), maintaining])
    },
  }
}
