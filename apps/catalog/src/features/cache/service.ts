import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { CatalogMetrics } from '../../metrics.ts'

export type Cache = ReturnType<typeof createCache>

/** What is kept is at most so old, even if the word of a write gets lost. */
const keptMs = 1_000
/** From this age on it is still served, and worked out anew meanwhile. */
const freshMs = 500
/** Longer texts are not kept: a page of a hundred products with facets has about 150 kB. */
const maxLength = 256 * 1024
/** How long one process works for all, and how long the others wait for it. */
const turnMs = 1_000
const pollEveryMs = 10
/** Redis that failed is left alone for as long as anything there could be out of date. */
const pauseMs = keptMs

/**
 * Texts in Redis, worked out once for all who ask at the same time, in this process and in all others.
 *
 * Every text carries the generation in which its making began; a write begins a new generation after its commit, so
 * that nothing from before is served any more. Without Redis every text is made anew.
 */
export function createCache(deps: { cacheRedis: Redis; log: Logger; catalogMetrics: CatalogMetrics }) {
  const { cacheRedis: redis, log, catalogMetrics: metrics } = deps
  const generationKey = 'cache:generation'
  const flights = new Map<string, Promise<string>>()
  /** Begins a new generation in this process, which needs no Redis. */
  let writes = 0
  let pausedUntilMs = 0

  /** Never throws: without Redis there is no cache, but everything else. */
  async function ask<Answer>(command: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await command()
    } catch (error) {
      pausedUntilMs = performance.now() + pauseMs
      log.debug({ err: error }, 'no cache for a second')
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

  const takeTurn = async (turn: string) => (await ask(() => redis.set(turn, '', 'PX', turnMs, 'NX'))) === 'OK'

  /** Makes the text in our turn, and keeps it. Its age counts from when its making began. */
  async function makeAndKeep(key: string, turn: string, generation: string, compute: () => Promise<string>) {
    const startedAtMs = performance.now()
    try {
      const text = await make(compute)
      const leftMs = Math.floor(keptMs - (performance.now() - startedAtMs))
      if (leftMs > 0 && text.length <= maxLength)
        await ask(() => redis.set(`cache:${key}`, generation + text, 'PX', leftMs))
      return text
    } finally {
      await ask(() => redis.del(turn))
    }
  }

  /** Makes the text, unless another process is at it: then that one's. */
  async function fill(key: string, generation: string, compute: () => Promise<string>): Promise<string> {
    const turn = turnOf(key, generation)
    const deadlineMs = performance.now() + turnMs
    while (performance.now() < deadlineMs && performance.now() >= pausedUntilMs) {
      if (await takeTurn(turn)) return makeAndKeep(key, turn, generation, compute)
      await delay(pollEveryMs)
      const found = await lookUp(key)
      if (found?.text !== undefined) return found.text
      if (found?.generation !== generation) break
    }
    return make(compute)
  }

  return {
    /**
     * @param key short, and the same for the same question
     * @param compute makes the text; what it throws is not kept
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
        const turn = turnOf(key, generation)
        const renew = async () =>
          (await takeTurn(turn)) ? makeAndKeep(key, turn, generation, compute) : text
        once(`renew:${generation}${key}`, renew).catch((error: unknown) =>
          log.warn({ err: error }, 'a cached answer was not renewed'),
        )
      }
      return text
    },

    /** After the commit of a write: whoever asks from now on sees it. Never throws. */
    async invalidate(): Promise<void> {
      writes += 1
      await ask(() => redis.set(generationKey, randomUUID()))
    },

    /** Resolves when nothing is being worked out any more. */
    async settled(): Promise<void> {
      await Promise.allSettled(flights.values())
    },
  }
}

function turnOf(key: string, generation: string): string {
  return `cache:turn:${generation.trimEnd()}:${key}`
}
