import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import { defineScript } from '@fondasi/redis'
import type { Redis } from 'ioredis'

/** Counts in a fixed window that starts with its first request. */
const countScript = `
local count = redis.call('INCR', KEYS[1])
local ttl = redis.call('PTTL', KEYS[1])
if ttl < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  ttl = tonumber(ARGV[1])
end
return {count, ttl}`

interface Window {
  count: number
  endsAt: number
}

/** More addresses than one process should see during an outage of Redis. Above that it forgets the oldest windows. */
const maxLocalWindows = 50_000

/**
 * A store for @fastify/rate-limit. It counts in Redis, and in the process's memory while Redis does not answer.
 *
 * @param onFallback called for each request that is counted in memory
 */
export function createStore(redis: Redis, onFallback: () => void): FastifyRateLimitStoreCtor {
  const runCount = defineScript(redis, 'countRequest', countScript)
  const windows = new Map<string, Window>()

  async function count(key: string, windowMs: number) {
    try {
      const answer = await runCount([`rate:${key}`], [windowMs])
      const [current = 0, ttl = 0] = Array.isArray(answer) ? answer.map(Number) : []
      return { current, ttl }
    } catch {
      onFallback()
      return countLocally(key, windowMs)
    }
  }

  function countLocally(key: string, windowMs: number) {
    const now = Date.now()
    const known = windows.get(key)
    const current = known && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs }
    current.count += 1
    windows.delete(key)
    windows.set(key, current)
    if (windows.size > maxLocalWindows) {
      const oldest = windows.keys().next()
      if (!oldest.done) windows.delete(oldest.value)
    }
    return { current: current.count, ttl: current.endsAt - now }
  }

  return class Store implements FastifyRateLimitStore {
    incr(
      key: string,
      callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
      windowMs = 60_000,
    ): void {
      void (async () => callback(null, await count(key, windowMs)))()
    }

    /** Keys contain their limiter's name, so all limiters can share one store. */
    child(): FastifyRateLimitStore {
      return this
    }
  }
}
