import type { Redis } from 'ioredis'
import type { Logger } from 'pino'

/**
 * Logs one line when the connection is lost and one when it is back. ioredis reports every failed attempt to reconnect,
 * several a second, and without a listener writes each of them to the console.
 */
export function logOutages(redis: Redis, log: Logger): void {
  let lostAt: number | undefined
  const lost = (error?: Error) => {
    if (lostAt !== undefined || redis.status === 'end') return
    lostAt = performance.now()
    log.warn({ err: error }, 'lost the connection to Redis; reconnecting')
  }
  redis.on('error', lost)
  // When a server shuts down, the connection closes without an error.
  redis.on('reconnecting', () => lost())
  redis.on('ready', () => {
    if (lostAt === undefined) return
    log.info({ awayMs: Math.round(performance.now() - lostAt) }, 'Redis is connected again')
    lostAt = undefined
  })
}
