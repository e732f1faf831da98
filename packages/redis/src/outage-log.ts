import type { Redis } from 'ioredis'
import type { Logger } from 'pino'

/**
 * Logs one line when the connection is lost and one when it is back. ioredis reports every failed attempt, two
 * and more a second; without a listener it would write each to the console.
 */
export function logOutages(redis: Redis, log: Logger): void {
  let lostAt: number | undefined
  const lost = (error?: Error) => {
    if (lostAt !== undefined || redis.status === 'end') return
    lostAt = performance.now()
    log.warn({ err: error }, 'redis is away')
  }
  redis.on('error', lost)
  // A server that shuts down closes the connection without an error.
  redis.on('reconnecting', () => lost())
  redis.on('ready', () => {
    if (lostAt === undefined) return
    log.info({ awayMs: Math.round(performance.now() - lostAt) }, 'redis is back')
    lostAt = undefined
  })
}
