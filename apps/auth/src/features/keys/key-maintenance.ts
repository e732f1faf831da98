import { setTimeout as delay } from 'node:timers/promises'
import { type Subscription, subscribe } from '@fondasi/redis'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import { type KeyStore, keysChannel } from './service.ts'

/**
 * Makes up for lost pub/sub messages. A service may trust a key set for 30 s; together with this a revoked key is out of
 * use within a minute, even at a service that does not follow the revocation feed.
 */
const maintainEveryMs = 20_000

/**
 * Loads a process's keys and keeps them current. It reloads when another process announces a change. Every 20 s it
 * reloads and also does the rotation that is due. While the database is unreachable, the loaded keys stay in use.
 *
 * @returns `close` resolves when all work has stopped
 * @throws when the first load fails: without keys the process can neither sign nor verify
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
        .catch((error: unknown) =>
          log.error({ err: error }, 'could not maintain the signing keys; next attempt in 20 s'),
        )
    }
  })()
  return {
    async close() {
      stopped.abort()
      await Promise.all([subscription.close(), maintaining])
    },
  }
}
