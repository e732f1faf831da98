import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { CatalogMetrics } from '../../metrics.ts'

export type Cache = ReturnType<typeof createCache>

/** Maximum age of a cached text, even when an invalidation is lost. */
const keptMs = 1_000
/** From this age on, a text is still served while it is computed again. */
const freshMs = 500
/** Longer texts are not cached: a page of 100 products with facets has about 150 kB. */
const maxLength = 256 * 1024
/** How long the lock of a fill is valid, and how long other processes wait for it. */
const lockMs = 1_000
const pollEveryMs = 10
/** After an error, Redis is not used for as long as anything in it could be out of date. */
const pauseMs = keptMs

/**
 * A cache of texts in Redis with single flight: concurrent requests for a key compute it once, across all processes.
 *
 * Every text carries the generation that was current when its computation began. A write starts a new generation after
 * its commit, so that no older text is served. Without Redis, every text is computed for each request.
 */
export function createCache(deps: { cacheRedis: Redis; log: Logger; catalogMetrics: CatalogMetrics }) {
  const { cacheRedis: redis, log, catalogMetrics: metrics } = deps
  const generationKey = 'cache:generation'
  const flights = new Map<string, Promise<string>>()
  /** The generation within this process; it works without Redis. */
  let writes = 0
  let pausedUntilMs = 0

  /** Never throws: without Redis the service works, only without a cache. */
  async function ask<Answer>(command: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await command()
    } catch (error) {
      pausedUntilMs = performance.now() + pauseMs
      log.debug({ err: error }, 'Redis failed; bypassing the cache for a second')
      return undefined
    }
  }

  async function lookUp(key: string) {
    if (performance.now() < pausedUntilMs) return undefined
    const answers = await ask(() =>
      redis.pipeline().get(generationKey).get(`cache:${key}`).pttl(`cache:${key}`).exec(),
    )
    if (!answers || answers.some(([error]) => error !== null)) return undefined
    const [generation, entry, remainingMs] = answers.map(([, answer]) => answer)
    const prefix = `${typeof generation === 'string' ? generation : 'first'}\n`
    const isCurrent = typeof entry === 'string' && entry.startsWith(prefix)
    return {
      generation: prefix,
      text: isCurrent ? entry.slice(prefix.length) : undefined,
      isFresh: Number(remainingMs) > keptMs - freshMs,
    }
  }

  function once(flight: string, make: () => Promise<string>): Promise<string> {
    const name = `${writes}:${flight}`
    const running = flights.get(name)
    if (running) return running
    const started = make().finally(() => flights.delete(name))
    flights.set(name, started)
    return started
  }

  function make(compute: () => Promise<string>): Promise<string> {
    metrics.cacheFills.inc()
    return compute()
  }

  const lock = async (name: string) => (await ask(() => redis.set(name, '', 'PX', lockMs, 'NX'))) === 'OK'

  /** Computes the text while holding the lock, and stores it. Its age counts from the start of the computation. */
  async function fillLocked(
    key: string,
    lockName: string,
    generation: string,
    compute: () => Promise<string>,
  ) {
    const startedAtMs = performance.now()
    try {
      const text = await make(compute)
      const leftMs = Math.floor(keptMs - (performance.now() - startedAtMs))
      if (leftMs > 0 && text.length <= maxLength)
        await ask(() => redis.set(`cache:${key}`, generation + text, 'PX', leftMs))
      return text
    } finally {
      await ask(() => redis.del(lockName))
    }
  }

  /** Computes the text, or waits for another process that is computing it. */
  async function fill(key: string, generation: string, compute: () => Promise<string>): Promise<string> {
    const lockName = lockNameOf(key, generation)
    const deadlineMs = performance.now() + lockMs
    while (performance.now() < deadlineMs && performance.now() >= pausedUntilMs) {
      if (await lock(lockName)) return fillLocked(key, lockName, generation, compute)
      await delay(pollEveryMs)
      const found = await lookUp(key)
      if (found?.text !== undefined) return found.text
      if (found?.generation !== generation) break
    }
    return make(compute)
  }

  return {
    /**
     * @param key short, and equal for equal requests
     * @param compute makes the text; an error is passed on and not cached
     */
    async read(key: string, compute: () => Promise<string>): Promise<string> {
      const found = await lookUp(key)
      if (!found) {
        metrics.cacheReads.inc({ outcome: 'bypass' })
        return once(key, () => make(compute))
      }
      const { generation, text, isFresh } = found
      if (text === undefined) {
        metrics.cacheReads.inc({ outcome: 'miss' })
        return once(generation + key, () => fill(key, generation, compute))
      }
      metrics.cacheReads.inc({ outcome: isFresh ? 'hit' : 'stale' })
      if (!isFresh) {
        const lockName = lockNameOf(key, generation)
        const renew = async () =>
          (await lock(lockName)) ? fillLocked(key, lockName, generation, compute) : text
        once(`renew:${generation}${key}`, renew).catch((error: unknown) =>
          log.warn({ err: error }, 'failed to renew a cached response; it is served until it expires'),
        )
      }
      return text
    },

    /** Call it after the commit of a write: every later request sees the write. Never throws. */
    async invalidate(): Promise<void> {
      writes += 1
      await ask(() => redis.set(generationKey, randomUUID()))
    },

    /** Resolves when no computation is running. */
    async settled(): Promise<void> {
      await Promise.allSettled(flights.values())
    },
  }
}

function lockNameOf(key: string, generation: string): string {
  return `cache:lock:${generation.trimEnd()}:${key}`
}
