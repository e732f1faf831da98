import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, get as httpGet } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { connected, createRedis } from '@fondasi/redis'
import { createTestRedis, startOwnRedis, waitFor } from '@fondasi/testing'
import type { Redis } from 'ioredis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createRateLimiter, createService, defineProblems, text, timestamp } from './index.ts'

const closers: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const problem = defineProblems({ teapot: { status: 418, title: 'I am a teapot' } })

async function start(
  options: { max?: number; redis?: Redis; checks?: Parameters<typeof createService>[0]['checks'] } = {},
) {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const log = createLogger({ name: 'demo', level: 'info', destination })
  let redis = options.redis
  if (!redis) {
    const corner = await createTestRedis()
    const made = createRedis({ ...corner, profile: 'request', connectionName: 'test', log })
    await connected(made, 5_000)
    closers.push(
      () => corner.close(),
      () => made.disconnect(),
    )
    redis = made
  }
  const metrics = createMetrics({ service: 'demo', version: '1.0.0' })
  const { app, lifecycle } = await createService({
    name: 'demo',
    version: '1.0.0',
    title: 'Demo',
    description: 'For tests',
    publicUrl: 'http://localhost:9999/demo',
    log,
    metrics,
    redis,
    trustedProxies: ['127.0.0.1/32'],
    allowedOrigins: ['https://app.example'],
    rateLimit: { max: options.max ?? 100_000, windowMs: 60_000 },
    checks: options.checks ?? {},
    isUnavailable: (error) => error instanceof Error && error.message === 'database away',
  })
  closers.push(() => app.close())
  app.post(
    '/echo',
    {
      schema: {
        body: z.strictObject({
          name: text({ min: 1, max: 20 }),
          tags: z
            .array(text({ max: 5 }))
            .max(3)
            .optional(),
        }),
      },
    },
    (request) => request.body,
  )
  app.get(
    '/page',
    {
      schema: { querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) }) },
    },
    (request) => request.query,
  )
  app.get('/users/:id', () => 'somebody')
  app.get('/teapot', () => {
    throw problem('teapot', { detail: 'short and stout', headers: { 'x-handle': 'yes' } })
  })
  app.get('/bug', () => {
    throw new Error('secret detail')
  })
  app.get('/away', () => {
    throw new Error('database away')
  })
  app.get('/slow', async () => {
    await delay(300)
    return { done: true }
  })
  app.get('/time', { schema: { response: { 200: z.object({ at: timestamp() }) } } }, () => ({
    at: new Date(0),
  }))
  return { app, lifecycle, metrics, lines }
}

describe('problems', () => {
  test('a thrown problem is one document with a stable code, its headers and the request id', async () => {
    const { app } = await start()
    const response = await app.inject({ url: '/teapot?secret=1', headers: { 'x-request-id': 'abc-1' } })
    expect(response.statusCode).toBe(418)
    expect(response.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'x-request-id': 'abc-1',
      'x-handle': 'yes',
    })
    expect(response.json()).toEqual({
      type: 'urn:problem:demo:teapot',
      title: 'I am a teapot',
      status: 418,
      detail: 'short and stout',
      instance: '/teapot',
      code: 'teapot',
      requestId: 'abc-1',
    })
  })

  test('a bug is 500 and says nothing of itself; a dependency away is 503 with Retry-After', async () => {
    const { app } = await start()
    const bug = await app.inject('/bug')
    expect(bug.json()).toMatchObject({ status: 500, code: 'internal_error' })
    expect(bug.body).not.toContain('secret detail')
    const away = await app.inject('/away')
    expect(away.json()).toMatchObject({ status: 503, code: 'dependency_unavailable' })
    expect(away.headers['retry-after']).toBe('5')
  })

  test('the log has on one line what the runbooks group by, spelt as they quote it', async () => {
    const { app, lines } = await start()
    await app.inject({ url: '/bug', remoteAddress: '198.51.100.9' })
    const line = lines.find((each) => each.includes('internal_error')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ code: 'internal_error', route: '/bug', ip: '198.51.100.9' })
    const folder = new URL('../../../docs/runbooks/', import.meta.url)
    const runbooks = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
    const quoted = new Set(runbooks.join('\n').match(/"level":[^`]+/g))
    expect(quoted.size).toBeGreaterThan(0)
    expect([...quoted].filter((level) => !line.includes(level))).toEqual([])
  })

  test('every wrong field is named, with a pointer', async () => {
    const { app } = await start()
    const response = await app.inject({
      method: 'POST',
      url: '/echo',
      payload: { name: '', tags: ['toolong', 1], boss: true },
    })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ code: 'validation_failed' })
    const pointers = response.json<{ errors: { pointer: string }[] }>().errors.map((error) => error.pointer)
    expect(pointers).toEqual(expect.arrayContaining(['/body/name', '/body/tags/0', '/body/tags/1']))
    expect((await app.inject('/page?limit=1000')).json()).toMatchObject({
      errors: [{ pointer: '/query/limit' }],
    })
    expect((await app.inject('/page?size=10')).statusCode).toBe(400)
  })

  const post = (payload: string | Buffer, contentType = 'application/json') => ({
    method: 'POST' as const,
    url: '/echo',
    headers: { 'content-type': contentType },
    payload,
  })
  test.each([
    ['no JSON', post('{"name"'), 400, 'malformed_body'],
    ['an empty body', post(''), 400, 'malformed_body'],
    ['a JSON string', post('"name"'), 400, 'validation_failed'],
    ['null', post('null'), 400, 'validation_failed'],
    ['a list', post('[]'), 400, 'validation_failed'],
    ['__proto__', post('{"name":"a","__proto__":{"admin":true}}'), 400, 'malformed_body'],
    ['constructor.prototype', post('{"name":"a","constructor":{"prototype":{}}}'), 400, 'malformed_body'],
    ['NUL', post('{"name":"a\\u0000b"}'), 400, 'validation_failed'],
    ['a lone surrogate', post('{"name":"\\ud800"}'), 400, 'validation_failed'],
    ['an escape character', post('{"name":"\\u001b[2J"}'), 400, 'validation_failed'],
    [
      '100,000 levels',
      post(`{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      400,
      'validation_failed',
    ],
    ['100,000 open brackets', post('['.repeat(100_000)), 400, 'malformed_body'],
    ['10 MB', post(JSON.stringify({ name: 'x'.repeat(10_000_000) })), 413, 'payload_too_large'],
    ['a form', post('name=a', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
    ['text', post('{"name":"a"}', 'text/plain'), 415, 'unsupported_media_type'],
    ['a type that is none', post('{"name":"a"}', 'json'), 415, 'unsupported_media_type'],
    ['a number too large', post('{"name":1e999}'), 400, 'validation_failed'],
  ])('a body with %s: 4xx with a code', async (_name, request, status, code) => {
    const { app } = await start()
    const response = await app.inject(request)
    expect(response.json()).toMatchObject({ status, code })
  })

  test.each([
    ['no HTTP', 'HELLO\r\n\r\n', 'HTTP/1.1 400', 'malformed_request'],
    [
      'headers of 64 kB',
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(65_536)}\r\n\r\n`,
      'HTTP/1.1 431',
      'headers_too_large',
    ],
  ])('%s: a problem, too', async (_name, bytes, status, code) => {
    const { app } = await start()
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const socket = connect(Number(new URL(address).port), '127.0.0.1')
    socket.write(bytes)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toContain(status)
    expect(answer).toContain(`"code":"${code}"`)
  })

  test('a body that does not arrive in time is 408, on a route that does not take its own time', async () => {
    const { app } = await start()
    app.post('/patient', { config: { bodyTimeout: 'own' } }, (request) => request.body)
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const begin = (path: string) => {
      // Half open: it goes on sending although the other side has ended.
      const socket = connect({ port: Number(new URL(address).port), host: '127.0.0.1', allowHalfOpen: true })
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{`,
      )
      return socket
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const begun = async (path: string) => {
      const arrived = once(app.server, 'request')
      const socket = begin(path)
      await arrived
      return socket
    }
    const [slow, patient] = [await begun('/echo'), await begun('/patient')]
    // The rate limit asks Redis before the body is read.
    await delay(100)
    vi.advanceTimersByTime(60_000)
    vi.useRealTimers()
    expect(String(await once(slow, 'data'))).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/)
    const openSockets = promisify(app.server.getConnections.bind(app.server))
    await waitFor(async () => (await openSockets()) === 1, { what: 'the slow one to be cut off' })
    patient.write('"name":"a"}')
    expect(String(await once(patient, 'data'))).toMatch(/^HTTP\/1.1 200 /)
    patient.destroy()
  })

  test('headers that do not arrive in time are looked for every second, not every thirty', async () => {
    const { app } = await start()
    expect(Reflect.get(app.server, 'headersTimeout')).toBe(15_000)
    expect(Reflect.get(app.server, 'connectionsCheckingInterval')).toBe(1_000)
  })

  test('a body behind an address that cannot be decoded is not waited for', async () => {
    const { app } = await start()
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const socket = connect(Number(new URL(address).port), '127.0.0.1')
    socket.write('POST /%zz HTTP/1.1\r\nhost: a\r\ncontent-length: 12\r\n\r\n{')
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toMatch(/^HTTP\/1.1 400 [^]*\r\nconnection: close\r\n/i)
  })

  test('an unknown path, and a path that cannot be decoded', async () => {
    const { app } = await start()
    expect((await app.inject('/nowhere')).json()).toMatchObject({ status: 404, code: 'not_found' })
    for (const url of ['/%E0%A4%A', '/%zz', '/users/%ff%fe'])
      expect((await app.inject(url)).json()).toMatchObject({ status: 400, code: 'bad_request' })
    const query = await app.inject({ method: 'QUERY', url: '/time' })
    expect(query.json()).toMatchObject({ status: 400, code: 'bad_request' })
  })
})

describe('rate limit', () => {
  test('one limit for all routes and for 404s, told in the current header fields', async () => {
    const { app } = await start({ max: 3 })
    const first = await app.inject('/time')
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"default";q=3;w=60',
      ratelimit: '"default";r=2;t=60',
    })
    expect(first.headers).not.toHaveProperty('x-ratelimit-limit')
    await app.inject('/nowhere')
    await app.inject('/nowhere')
    const refused = await app.inject('/nowhere')
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await app.inject('/livez')).statusCode).toBe(200)
  })

  test('counts before the hooks of the route, so that refused requests count, too', async () => {
    const { app } = await start({ max: 1 })
    const refuse = async () => {
      throw problem('teapot')
    }
    app.get('/guarded', { onRequest: refuse }, () => 'ok')
    expect((await app.inject('/guarded')).statusCode).toBe(418)
    expect((await app.inject('/guarded')).statusCode).toBe(429)
  })

  test('the client is who the trusted proxy says; neighbours in an IPv6 /64 count as one', async () => {
    const { app } = await start({ max: 1 })
    const from = (ip: string) => app.inject({ url: '/time', headers: { 'x-forwarded-for': ip } })
    expect((await from('203.0.113.1')).statusCode).toBe(200)
    expect((await from('203.0.113.2')).statusCode).toBe(200)
    expect((await from('203.0.113.1')).statusCode).toBe(429)
    expect((await from('2001:db8::1')).statusCode).toBe(200)
    expect((await from('2001:db8::2')).statusCode).toBe(429)
  })

  test('an address that is claimed by somebody untrusted counts for nothing', async () => {
    const { app } = await start({ max: 1 })
    const from = (ip: string) =>
      app.inject({ url: '/time', remoteAddress: '198.51.100.9', headers: { 'x-forwarded-for': ip } })
    expect((await from('203.0.113.1')).statusCode).toBe(200)
    expect((await from('203.0.113.2')).statusCode).toBe(429)
  })

  test('two instances count together; with Redis gone each counts for itself and says so', async () => {
    const own = await startOwnRedis()
    const log = createLogger({ name: 'demo', level: 'silent' })
    const redis = createRedis({
      url: own.url,
      profile: 'request',
      connectionName: 'test',
      keyPrefix: 'x:',
      log,
    })
    await connected(redis, 5_000)
    closers.push(
      () => own.stop(),
      () => redis.disconnect(),
    )
    const [one, two] = await Promise.all([start({ max: 2, redis }), start({ max: 2, redis })])
    expect((await one.app.inject('/time')).statusCode).toBe(200)
    expect((await two.app.inject('/time')).statusCode).toBe(200)
    expect((await one.app.inject('/time')).statusCode).toBe(429)
    await own.kill()
    const codes = []
    for (let turn = 0; turn < 3; turn += 1) codes.push((await one.app.inject('/time')).statusCode)
    expect(codes).toEqual([200, 200, 429])
    expect(await one.metrics.registry.metrics()).toMatch(/rate_limit_fallback_total{service="demo"} 3/)
  })

  test('a limit of a route’s own comes on top of the general one', async () => {
    const { app } = await start()
    app.get(
      '/narrow',
      { preHandler: createRateLimiter(app, { name: 'narrow', max: 1, windowMs: 60_000 }) },
      () => 'ok',
    )
    expect((await app.inject('/narrow')).headers).toMatchObject({ ratelimit: '"narrow";r=0;t=60' })
    expect((await app.inject('/narrow')).json()).toMatchObject({
      status: 429,
      detail: 'At most 1 requests in 60 s',
    })
  })
})

describe('health', () => {
  test('a required check that fails or hangs is 503, another one only degraded; live stays live', async () => {
    const ok = async () => undefined
    const fail = async () => Promise.reject(new Error('away'))
    const hang = () => new Promise<void>(() => undefined)
    const answer = async (required: () => Promise<void>, other: () => Promise<void>) => {
      const { app } = await start({
        checks: { db: { check: required, required: true }, cache: { check: other, required: false } },
      })
      expect((await app.inject('/livez')).statusCode).toBe(200)
      const response = await app.inject('/readyz')
      return [response.statusCode, response.json<{ status: string }>().status]
    }
    expect(await answer(ok, ok)).toEqual([200, 'ok'])
    expect(await answer(ok, fail)).toEqual([200, 'degraded'])
    expect(await answer(fail, ok)).toEqual([503, 'unavailable'])
    expect(await answer(hang, ok)).toEqual([503, 'unavailable'])
  })
})

describe('a close', () => {
  test('answers what is in flight, lets keep-alive clients go, and takes less than two seconds', async () => {
    const { app, lifecycle } = await start()
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const agent = new Agent({ keepAlive: true, maxSockets: 20 })
    const fetchOn = (path: string) =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        httpGet(`${address}${path}`, { agent }, (response) => {
          response.resume()
          response.on('end', () =>
            resolve({ status: response.statusCode, connection: response.headers.connection }),
          )
        }).on('error', reject)
      })
    await Promise.all(Array.from({ length: 10 }, () => fetchOn('/time')))
    const inFlight = Array.from({ length: 10 }, () => fetchOn('/slow'))
    await delay(100)
    lifecycle.draining = true
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    const startedAt = performance.now()
    const closed = app.close()
    for (const answer of await Promise.all(inFlight))
      expect(answer).toEqual({ status: 200, connection: 'close' })
    await closed
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    agent.destroy()
  })
})

describe('what every answer has', () => {
  test('security headers, and CORS for the listed origins only', async () => {
    const { app } = await start()
    const from = (origin: string) => app.inject({ url: '/time', headers: { origin } })
    const mine = await from('https://app.example')
    expect(mine.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    expect((await from('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('an OPTIONS that is no preflight is answered like one', async () => {
    const { app } = await start()
    expect((await app.inject({ method: 'OPTIONS', url: '/time' })).statusCode).toBe(204)
  })

  test('a request id that could forge a log line is replaced', async () => {
    const { app } = await start()
    const response = await app.inject({ url: '/time', headers: { 'x-request-id': 'a b"}' } })
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('times are RFC 3339, requests are in the histogram by route pattern', async () => {
    const { app, metrics } = await start()
    expect((await app.inject('/time')).json()).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    await app.inject('/nowhere/123')
    const exposed = await metrics.registry.metrics()
    expect(exposed).toContain('route="/time",status="200"')
    expect(exposed).toContain('route="unmatched",status="404"')
    expect(exposed).not.toContain('nowhere')
  })

  test('the API describes itself in OpenAPI 3.1, with a reference to read', async () => {
    const { app } = await start()
    await app.ready()
    const document = (await app.inject('/openapi.json')).json<{
      openapi: string
      paths: Record<string, unknown>
    }>()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/echo')
    const page = await app.inject('/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
  })
})

test('a request that was shed is 503 overloaded', async () => {
  const { app } = await start()
  await app.ready()
  const until = performance.now() + 2_500
  await waitFor(
    async () => {
      const spinUntil = performance.now() + 1_100
      while (performance.now() < spinUntil && performance.now() < until);
      return (await app.inject('/time')).statusCode === 503
    },
    { timeoutMs: 10_000, what: 'an answer that sheds' },
  )
  expect((await app.inject('/livez')).statusCode).toBe(200)
})
