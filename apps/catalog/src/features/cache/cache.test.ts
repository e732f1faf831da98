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
/** A write that goes past the API, so that nobody tells the cache. */
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
const keptMs = async ({ deps }: CatalogInstance, key: string) => deps.cacheRedis.pttl(`cache:${key}`)

describe('one works for all', () => {
  test.each(urls)('%s: a hundred at once at two instances are one question to the database', async (url) => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? here : there).app.inject(url)),
    )
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(await fills(here, there)).toBe(1)
  })

  test('an instance that hangs keeps the others waiting for a second at most', async () => {
    const hanging = createCache(here.deps)
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = hanging.read('k', () => promise)
    await waitFor(async () => (await fills(here)) === 1, { what: 'the first to take its turn' })
    const startedAt = performance.now()
    expect(await createCache(there.deps).read('k', async () => 'ours')).toBe('ours')
    expect(performance.now() - startedAt).toBeLessThan(1_500)
    resolve('theirs')
    expect(await first).toBe('theirs')
  })

  test('what fails is an error for all who waited, and is not kept', async () => {
    const cache = createCache(here.deps)
    const failing = () => cache.read('k', () => Promise.reject(new Error('away')))
    const outcomes = await Promise.allSettled([failing(), failing(), failing()])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await fills(here)).toBe(1)
    expect(await cache.read('k', async () => 'back')).toBe('back')
  })

  test('a very long answer is given, but not kept', async () => {
    const cache = createCache(here.deps)
    const long = 'x'.repeat(300_000)
    expect(await cache.read('k', async () => long)).toBe(long)
    expect(await keptMs(here, 'k')).toBe(-2)
  })

  test('the same question in other words is one key', async () => {
    await here.app.inject('/v1/products?attributes=color%3Dred,color%3Dblue&sort=price&limit=20')
    await here.app.inject('/v1/products?sort=price&attributes=color%3Dblue,color%3Dred,color%3Dred')
    expect(await fills(here)).toBe(1)
  })
})

describe('age', () => {
  test('from half a second on it is served and renewed meanwhile', async () => {
    const cache = createCache(here.deps)
    let made = 0
    const read = () => cache.read('k', async () => `${++made}`)
    expect(await read()).toBe('1')
    expect(await read()).toBe('1')
    expect(await reads(here, 'hit')).toBe(1)
    await waitFor(async () => (await keptMs(here, 'k')) < 480, { what: 'it to grow old' })
    expect(await read()).toBe('1')
    expect(await reads(here, 'stale')).toBe(1)
    await cache.settled()
    expect(await read()).toBe('2')
  })

  test.each(urls)('%s: a change that nobody told of is seen by all within a second', async (url) => {
    for (const instance of [here, there]) expect(await priceAt(instance, url)).toBe(100)
    await setPrice(200)
    const changedAt = performance.now()
    for (const instance of [here, there])
      await waitFor(async () => (await priceAt(instance, url)) === 200, { what: 'the new price' })
    // A second, and what a busy machine takes to ask.
    expect(performance.now() - changedAt).toBeLessThan(1_500)
  })

  test.each(urls)('%s: who wrote sees it with the next request, at any instance', async (url) => {
    const headers = await asRole(backend, 'editor')
    for (let amount = 200; amount < 210; amount++) {
      await Promise.all([here, there].map((instance) => priceAt(instance, url)))
      await setPrice(amount)
      // Any write through the API: the hook is on all of them.
      await here.app.inject({ method: 'POST', url: '/v1/search-index/refresh', headers })
      expect(await priceAt(here, url)).toBe(amount)
      expect(await priceAt(there, url)).toBe(amount)
    }
  })

  test('a refused write invalidates nothing', async () => {
    await here.app.inject('/v1/products')
    await here.app.inject({ method: 'POST', url: '/v1/search-index/refresh' })
    await here.app.inject('/v1/products')
    expect(await fills(here)).toBe(1)
  })

  test('what was being read while somebody wrote is not kept', async () => {
    const cache = createCache(here.deps)
    const { promise, resolve } = Promise.withResolvers<string>()
    const early = cache.read('k', () => promise)
    await waitFor(async () => (await fills(here)) === 1, { what: 'the reader to begin' })
    await createCache(there.deps).invalidate()
    expect(await cache.read('k', async () => 'new')).toBe('new')
    resolve('old')
    expect(await early).toBe('old')
    expect(await cache.read('k', async () => 'newer')).not.toBe('old')
  })
})

describe('without Redis', () => {
  test('killed in the middle: every answer is right, and kept again when it is back', async () => {
    const redis = await startOwnRedis()
    const instance = await startCatalog(backend, { CACHE_REDIS_URL: redis.url })
    onTestFinished(async () => {
      await instance.close()
      await redis.stop()
    })
    const [url = ''] = urls
    expect(await priceAt(instance, url)).toBe(100)
    expect(await priceAt(instance, url)).toBe(100)
    expect(await reads(instance, 'hit')).toBe(1)

    const asking = Array.from({ length: 200 }, async (_, index) => {
      if (index === 50) await redis.kill()
      return (await instance.app.inject(url)).statusCode
    })
    expect(new Set(await Promise.all(asking))).toEqual(new Set([200]))
    await setPrice(300)
    expect(await priceAt(instance, url)).toBe(300)
    const startedAt = performance.now()
    await priceAt(instance, url)
    expect(performance.now() - startedAt).toBeLessThan(500)

    await redis.restart()
    const hitsBefore = await reads(instance, 'hit')
    await waitFor(
      async () => {
        expect(await priceAt(instance, url)).toBe(300)
        return (await reads(instance, 'hit')) > hitsBefore
      },
      { what: 'answers to be kept again' },
    )
  })
})

describe('ETag', () => {
  test('of a product, a list, a search, categories and brands: 304 while nothing has changed', async () => {
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

  test('of a product: another name of its category is another tag, and the old one still names the version', async () => {
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

  test('an answer to somebody with a token is for them alone; an error has no tag', async () => {
    const headers = await asRole(backend, 'editor')
    const mine = await here.app.inject({ url: '/v1/search-index', headers })
    expect(mine.headers['cache-control']).toBe('private, no-cache')
    const missing = await here.app.inject('/v1/products/01936f0e-8a3c-7cc2-9d1e-000000000000')
    expect([missing.statusCode, missing.headers.etag]).toEqual([404, undefined])
  })
})
