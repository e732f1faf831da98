import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from 'pino'
import { connectionOptions } from './connection.ts'
import { logOutages } from './outage-log.ts'

// A request has a fallback or returns 503 when Redis is slow, so it should not wait.
const requestCommandTimeoutMs = 250

// The key that the health check writes. It expires, so that a service that was removed leaves nothing behind.
const checkKey = 'health-check'
const checkKeyExpiresSeconds = 60

// A readiness probe usually waits 1 to 3 s. It should get our answer before it times out.
const checkTimeoutMs = 1_000

// A connection that is silent for this long while a command is pending is replaced: the network may have dropped it.
const requestSilenceMs = 2_000

// BullMQ's blocking commands wait up to 10 s for a job.
const workerSilenceMs = 20_000

const profiles = {
  // Fails fast. A command that failed is not sent again on the next connection, because its caller has moved on.
  request: {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    commandTimeout: requestCommandTimeoutMs,
    socketTimeout: requestSilenceMs,
  },
  // Waits: keeps commands until Redis is back. BullMQ requires null.
  worker: { maxRetriesPerRequest: null, socketTimeout: workerSilenceMs },
} as const satisfies Record<string, RedisOptions>

/**
 * Makes a Redis client that connects in the background, reconnects for ever and never ends the process. It logs one line
 * when an outage begins and one when it ends. Close it with `redis.disconnect()`.
 *
 * @param options.profile `request` fails fast while Redis is unreachable, `worker` waits for it
 * @param options.commandTimeoutMs how long a command may take (`request`: 250 ms by default)
 * @param options.connectionName shown by CLIENT LIST
 * @param options.keyPrefix put before every key of a command and before the KEYS of a script. Channels and keys that a
 *   script builds itself do not get it. BullMQ refuses a key prefix: use BullMQ's own `prefix` instead
 */
export function createRedis(options: {
  url: string
  profile: keyof typeof profiles
  connectionName: string
  log: Logger
  keyPrefix?: string
  commandTimeoutMs?: number
}): Redis {
  const { url, profile, connectionName, log, keyPrefix = '', commandTimeoutMs } = options
  const redis = new Redis(url, {
    ...connectionOptions,
    ...profiles[profile],
    ...(commandTimeoutMs !== undefined && { commandTimeout: commandTimeoutMs }),
    connectionName,
    keyPrefix,
  })
  logOutages(redis, log.child({ redis: connectionName }))
  return redis
}

/**
 * Waits up to `limitMs` for the client to connect, and returns whether it is connected. It never throws. One-shot
 * commands call it, since a client of the `request` profile refuses commands until it is connected. A service need not
 * wait: without Redis it uses its fallbacks.
 */
export async function connected(redis: Redis, limitMs: number): Promise<boolean> {
  const limit = AbortSignal.timeout(limitMs)
  // A loop, because `once` rejects on the error of every failed attempt.
  while (redis.status !== 'ready' && !limit.aborted) {
    await once(redis, 'ready', { signal: limit }).catch(() => {})
  }
  return redis.status === 'ready'
}

/**
 * The health check: resolves if Redis accepts a write within a second, rejects with the reason if not. A PING is not
 * enough: a Redis that is full (`noeviction`) or a read-only replica answers it, and refuses every write.
 */
export async function checkRedis(redis: Redis): Promise<void> {
  const timer = new AbortController()
  try {
    await Promise.race([
      redis.set(checkKey, '1', 'EX', checkKeyExpiresSeconds),
      delay(checkTimeoutMs, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`Redis did not answer within ${checkTimeoutMs} ms`)
      }),
    ])
  } finally {
    timer.abort()
  }
}
