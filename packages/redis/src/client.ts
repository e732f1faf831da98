import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from 'pino'
import { connectionOptions } from './connection.ts'
import { logOutages } from './outage-log.ts'

// A request has something better to do without Redis (a fallback, a 503) than to wait for it.
const requestCommandTimeoutMs = 250

// Short enough that a readiness probe (usually 1 to 3 s) gets an answer instead of a timeout of its own.
const checkTimeoutMs = 1_000

// A connection that owes an answer this long is replaced. Its network may have dropped it without telling us.
const requestSilenceMs = 2_000

// BullMQ lets Redis hold back an answer for up to 10 s while a queue is empty.
const workerSilenceMs = 20_000

const profiles = {
  // Fails fast. A command that was rejected is not sent again on the next connection: its caller has gone on without it.
  request: {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    commandTimeout: requestCommandTimeoutMs,
    socketTimeout: requestSilenceMs,
  },
  // Waits: commands are kept until Redis is back. BullMQ requires null.
  worker: { maxRetriesPerRequest: null, socketTimeout: workerSilenceMs },
} as const satisfies Record<string, RedisOptions>

/**
 * A Redis client that connects at once in the background, reconnects for ever and never ends the process. An
 * outage is logged once when it begins and once when it is over. Close it with `redis.disconnect()`.
 *
 * @param options.profile `request` fails fast while Redis is away, `worker` waits for it
 * @param options.connectionName shown by CLIENT LIST
 * @param options.keyPrefix put before every key of a command and KEYS of a script; not before channels, and
 *   not before keys that a script makes up itself. BullMQ refuses it: give it its own `prefix` instead
 */
export function createRedis(options: {
  url: string
  profile: keyof typeof profiles
  connectionName: string
  log: Logger
  keyPrefix?: string
}): Redis {
  const { url, profile, connectionName, log, keyPrefix = '' } = options
  const redis = new Redis(url, {
    ...connectionOptions,
    ...profiles[profile],
    connectionName,
    keyPrefix,
  })
  logOutages(redis, log.child({ redis: connectionName }))
  return redis
}

/**
 * Waits until the client is connected, at most `limitMs`. Returns whether it is; never throws. A process calls
 * it before it listens, so that its first requests do not meet a connection that is still being made.
 */
export async function connected(redis: Redis, limitMs: number): Promise<boolean> {
  const limit = AbortSignal.timeout(limitMs)
  // The loop is for `once`, which rejects on the error of every failed attempt.
  while (redis.status !== 'ready' && !limit.aborted) {
    await once(redis, 'ready', { signal: limit }).catch(() => {})
  }
  return redis.status === 'ready'
}

/** Health: resolves when Redis answers within a second, rejects with the reason otherwise. */
export async function checkRedis(redis: Redis): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([
      redis.ping(),
      delay(checkTimeoutMs, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`redis did not answer within ${checkTimeoutMs} ms`)
      }),
    ])
  } finally {
    timer.abort()
  }
}
