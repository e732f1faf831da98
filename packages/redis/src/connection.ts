import type { RedisOptions } from 'ioredis'

// Reconnecting is cheap and Redis restarts in milliseconds, so a longer delay would only prolong an outage. The random
// part spreads the reconnects of a service's instances.
const maxReconnectDelayMs = 500
const reconnectStepMs = 50

/** Milliseconds to wait before the given attempt (from 1) to connect again. */
function reconnectDelayMs(attempt: number): number {
  const ceiling = Math.min(attempt * reconnectStepMs, maxReconnectDelayMs)
  return ceiling / 2 + (Math.random() * ceiling) / 2
}

/** What every connection to Redis has in common. */
export const connectionOptions = {
  // By default, ioredis waits 10 s for a host that does not answer. We try again sooner.
  connectTimeout: 2_000,
  // TCP keep-alive finds a dead host while the connection is idle.
  keepAlive: 10_000,
  retryStrategy: reconnectDelayMs,
} as const satisfies RedisOptions
