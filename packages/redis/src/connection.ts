import type { RedisOptions } from 'ioredis'

// Reconnecting is cheap and Redis restarts in milliseconds: waiting longer only makes an outage longer. The
// random part keeps the instances of a service from coming back in step.
const maxReconnectDelayMs = 500
const reconnectStepMs = 50

/** Milliseconds to wait before the given attempt (from 1) to connect again. */
function reconnectDelayMs(attempt: number): number {
  const ceiling = Math.min(attempt * reconnectStepMs, maxReconnectDelayMs)
  return ceiling / 2 + (Math.random() * ceiling) / 2
}

/** What every connection to Redis has in common. */
export const connectionOptions = {
  // ioredis waits 10 s for a host that does not answer. We give up sooner, and try again.
  connectTimeout: 2_000,
  // TCP finds a dead host while the connection is idle.
  keepAlive: 10_000,
  retryStrategy: reconnectDelayMs,
} as const satisfies RedisOptions
