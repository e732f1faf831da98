import { startOwnRedis, waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { asRole, type CatalogInstance, startCatalog } from '../../../test/catalog-service.ts'
import { useCatalog } from '../../../test/use-catalog.ts'
import { refreshProductOffers } from '../products/repository.ts'
import { createCache } from './service.ts'

const { backend, catalog: here, shop } = await useCatalog()
const there = await startCatalog(backend)
afterAll(() => there.close())
let productId: string
beforeEach(async () => {
  for (const { deps } of [here, there]) {
    deps.catalogMetrics.cacheFills.reset()
    deps.catalogMetrics.cacheReads.reset()
  }
  const categoryId = await shop.category('all')
  productId = await shop.product({ title: 'Cotton shirt', categoryId, priceIdr: 100 })
})

const urls = ['/v1/products?sort=price', '/v1/products/search?q=shirt&facets=true']
const priceAt = async ({ app }: CatalogInstance, url: string) =>
  (await app.inject(url)).json<{ items: { price: { amount: number } }[] }>().items[0]?.price.amount
/** A write that bypasses the API, so that nothing invalidates the cache. */
const setPrice = async (amount: number) => {
  await here.deps.db.execute(sql`update prices set amount = ${amount}`)
  await refreshProductOffers(here.deps.db, [productId])
}
const fills = async (...instances: CatalogInstance[]) => {
  const counted = await Promise.all(instances.map(({ deps }) => deps.catalogMetrics.cacheFills.get()))
  return counted.reduce((total, { values }) => total + (values[0]?.value ?? 0), 0)
}
const reads = async ({ deps }: CatalogInstance, outcome: string) => {
  const { values } = await deps.catalogMetrics.cacheReads.get()
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
}
/** Requests a URL until its response is in the cache, and keeps it there, so that a slow machine does not lose it. */
const cacheForAMinute = (url: string) =>
  waitFor(
    async () => {
      await here.app.inject(url)
      const { keyPrefix } = backend.redis
      // A text's key is a SHA-256 in base64url.
      const keys = await here.deps.cacheRedis.keys(`${keyPrefix}cache:${'?'.repeat(43)}`)
      const kept = keys.map((key) => here.deps.cacheRedis.pexpire(key.slice(keyPrefix.length), 60_000))
      return (await Promise.all(kept)).includes(1)
    },
    { timeoutMs: 30_000, what: `${url} to be cached` },
  )
/** Milliseconds until Redis forgets a key; -2 when it has none. */
const remainingMs = ({ deps }: CatalogInstance, key: string) => deps.cacheRedis.pttl(`cache:${key}`)

describe('single flight', () => {
  test.each(urls)('%s: 100 requests at once at two instances compute the response once', async (url) => {
    const startedAt = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? here : there).app.inject(url)),
    )
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    // A lock is valid for a second. When a busy machine needs longer, each instance may compute once more a second.
    const seconds = Math.ceil((performance.now() - startedAt) / 1_000)
    expect(await fills(here, there)).toBeLessThanOrEqual(2 * seconds - 1)
  })

  test('an instance that hangs makes the others wait for a second at most', async () => {
    const hanging = createCache(here.deps)
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = hanging.read('k', () => promise)
    await waitFor(async () => (await fills(here)) === 1, { what: 'the first to take the lock' })
    expect(await remainingMs(here, 'lock:first:k')).toBeLessThanOrEqual(1_000)
    expect(await createCache(there.deps).read('k', async () => 'ours')).toBe('ours')
    resolve('theirs')
    expect(await first).toBe('theirs')
  })

  test('an error reaches all who waited for it, and is not cached', async () => {
    const cache = createCache(here.deps)
    const failing = () => cache.read('k', () => Promise.reject(new Error('away')))
    const outcomes = await Promise.allSettled([failing(), failing(), failing()])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await fills(here)).toBe(1)
    expect(await cache.read('k', async () => 'back')).toBe('back')
  })

  test('a very long response is served, but not cached', async () => {
    const cache = createCache(here.deps)
    const long = 'x'.repeat(300_000)
    expect(await cache.read('k', async () => long)).toBe(long)
    expect(await remainingMs(here, 'k')).toBe(-2)
  })

  test('equal queries with another order of parameters share a key', async () => {
    await cacheForAMinute('/v1/products?attributes=color%3Dred,color%3Dblue&sort=price&limit=20')
    const filled = await fills(here)
    await here.app.inject('/v1/products?sort=price&attributes=color%3Dblue,color%3Dred,color%3Dred')
    expect(await fills(here)).toBe(filled)
  })
})

describe('age', () => {
  test('a text younger than half a second is served; an older one is served and renewed meanwhile', async () => {
    const cache = createCache(here.deps)
    const { cacheRedis } = here.deps
    let computed = 0
    const read = () => cache.read('k', async () => `${++computed}`)
    expect(await read()).toBe('1')
    // Redis forgets it a second after its computation began: its remaining time says how old it is.
    expect(await remainingMs(here, 'k')).toBeLessThanOrEqual(1_000)
    await cacheRedis.set('cache:k', 'first\nyoung', 'PX', 60_000)
    expect(await read()).toBe('young')
    expect(await reads(here, 'hit')).toBe(1)
    // Old, but not forgotten while this test is slow.
    await cacheRedis.set('cache:k', 'first\nold')
    expect(await read()).toBe('old')
    expect(await reads(here, 'stale')).toBe(1)
    await cache.settled()
    expect(computed).toBe(2)
    expect(await read()).not.toBe('old')
  })

  test.each(urls)('%s: without an invalidation, all instances see a change within a second', async (url) => {
    for (const instance of [here, there]) expect(await priceAt(instance, url)).toBe(100)
    await setPrice(200)
    const changedAt = performance.now()
    // What counts is when a read begins: how long it takes depends on the machine.
    for (const instance of [here, there])
      for (
        let beganAt = performance.now();
        (await priceAt(instance, url)) !== 200;
        beganAt = performance.now()
      )
        expect(beganAt - changedAt).toBeLessThan(1_000)
  })

  test.each(urls)('%s: the writer sees a change with the next request, at any instance', async (url) => {
    const headers = await asRole(backend, 'editor')
    for (let amount = 200; amount < 210; amount++) {
      await Promise.all([here, there].map((instance) => priceAt(instance, url)))
      await setPrice(amount)
      // Any write through the API, because the hook runs for all of them.
      await here.app.inject({ method: 'POST', url: '/v1/search-index/refresh', headers })
      expect(await priceAt(here, url)).toBe(amount)
      expect(await priceAt(there, url)).toBe(amount)
    }
  })

  test('a refused write invalidates nothing', async () => {
    await cacheForAMinute('/v1/products')
    const filled = await fills(here)
    await here.app.inject({ method: 'POST', url: '/v1/search-index/refresh' })
    await here.app.inject('/v1/products')
    expect(await fills(here)).toBe(filled)
  })

  test('a response that was being computed during a write is not cached', async () => {
    const cache = createCache(here.deps)
    const { promise, resolve } = Promise.withResolvers<string>()
    const early = cache.read('k', () => promise)
    await waitFor(async () => (await fills(here)) === 1, { what: 'the computation to begin' })
    await createCache(there.deps).invalidate()
    expect(await cache.read('k', async () => 'new')).toBe('new')
    resolve('old')
    expect(await early).toBe('old')
    expect(await cache.read('k', async () => 'newer')).not.toBe('old')
  })
})

describe('without Redis', () => {
  test('killed under load: every response is right, and cached again when Redis is back', async () => {
    const redis = await startOwnRedis()
    const instance = await startCatalog(backend, { CACHE_REDIS_URL: redis.url })
    onTestFinished(async () => {
      await instance.close()
      await redis.stop()
    })
    const [url = ''] = urls
    // On a busy machine the first text can be old before it is read again.
    const cached = async () => {
      expect(await priceAt(instance, url)).toBe(100)
      return (await reads(instance, 'hit')) > 0
    }
    await waitFor(cached, { timeoutMs: 30_000, what: 'a response to be cached' })

    const asking = Array.from({ length: 200 }, async (_, index) => {
      if (index === 50) await redis.kill()
      return (await instance.app.inject(url)).statusCode
    })
    expect(new Set(await Promise.all(asking))).toEqual(new Set([200]))
    await setPrice(300)
    const bypassesBefore = await reads(instance, 'bypass')
    expect(await priceAt(instance, url)).toBe(300)
    expect(await reads(instance, 'bypass')).toBe(bypassesBefore + 1)

    await redis.restart()
    const hitsBefore = await reads(instance, 'hit')
    await waitFor(
      async () => {
        expect(await priceAt(instance, url)).toBe(300)
        return (await reads(instance, 'hit')) > hitsBefore
      },
      { timeoutMs: 30_000, what: 'responses to be cached again' },
    )
  })
})

describe('ETag', () => {
  test('of a product, a list, a search, categories and brands: 304 while nothing changes', async () => {
    for (const url of [`/v1/products/${productId}`, '/v1/categories', '/v1/brands', ...urls]) {
      const { headers } = await here.app.inject(url)
      const etag = String(headers.etag)
      expect(headers['cache-control'], url).toBe('public, no-cache')
      for (const known of [etag, `"other", ${etag}`, `W/${etag.replace(/^W\//, '')}`, '*']) {
        const again = await there.app.inject({ url, headers: { 'if-none-match': known } })
        expect([again.statusCode, again.body, again.headers.etag], `${url} ${known}`).toEqual([304, '', etag])
      }
      const other = await here.app.inject({ url, headers: { 'if-none-match': 'W/"other"' } })
      expect(other.statusCode).toBe(200)
    }
    const [url = ''] = urls
    const { etag } = (await here.app.inject(url)).headers
    await setPrice(500)
    await backend.redis.flush()
    const changed = await here.app.inject({ url, headers: { 'if-none-match': String(etag) } })
    expect(changed.statusCode).toBe(200)
  })

  test('of a product: a renamed category changes it, but If-Match still accepts the old one', async () => {
    const url = `/v1/products/${productId}`
    const before = String((await here.app.inject(url)).headers.etag)
    await here.deps.db.execute(sql`update categories set name_en = 'Other'`)
    const after = await here.app.inject({ url, headers: { 'if-none-match': before } })
    expect(after.statusCode).toBe(200)
    const headers = { ...(await asRole(backend, 'editor')), 'if-match': before }
    const patched = await here.app.inject({ method: 'PATCH', url, headers, payload: { rating: 4 } })
    expect(patched.statusCode, patched.body).toBe(200)
    expect(
      (await here.app.inject({ method: 'PATCH', url, headers, payload: { rating: 3 } })).statusCode,
    ).toBe(412)
  })

  test('a response to a request with a token is private; an error has no ETag', async () => {
    const headers = await asRole(backend, 'editor')
    const mine = await here.app.inject({ url: '/v1/search-index', headers })
    expect(mine.headers['cache-control']).toBe('private, no-cache')
    const missing = await here.app.inject('/v1/products/01936f0e-8a3c-7cc2-9d1e-000000000000')
    expect([missing.statusCode, missing.headers.etag]).toEqual([404, undefined])
  })
})
