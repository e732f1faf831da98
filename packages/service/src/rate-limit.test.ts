import { createLogger } from '@fondasi/logging'
import { createRedis } from '@fondasi/redis'
import { createTestRedis, startOwnRedis } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { problem, startDemo } from '../test/demo-service.ts'
import { createRateLimiter } from './index.ts'

test('one limit covers all routes and 404s, and is announced in the current header fields', async () => {
  const { app } = await startDemo({ max: 3 })
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

test('a request that a hook of its route refuses counts too', async () => {
  const { app } = await startDemo({ max: 1 })
  const refuse = async () => {
    throw problem('teapot')
  }
  app.get('/guarded', { onRequest: refuse }, () => 'ok')
  expect((await app.inject('/guarded')).statusCode).toBe(418)
  expect((await app.inject('/guarded')).statusCode).toBe(429)
})

test('the trusted proxy names the client; addresses of one IPv6 /64 count as one client', async () => {
  const { app } = await startDemo({ max: 1 })
  const from = (ip: string) => app.inject({ url: '/time', headers: { 'x-forwarded-for': ip } })
  expect((await from('203.0.113.1')).statusCode).toBe(200)
  expect((await from('203.0.113.2')).statusCode).toBe(200)
  expect((await from('203.0.113.1')).statusCode).toBe(429)
  expect((await from('2001:db8::1')).statusCode).toBe(200)
  expect((await from('2001:db8::2')).statusCode).toBe(429)
})

test('a port after the address does not make a new client, nor does text before it', async () => {
  const { app } = await startDemo({ max: 1 })
  const from = (ip: string) => app.inject({ url: '/time', headers: { 'x-forwarded-for': ip } })
  expect((await from('203.0.113.1:5678')).statusCode).toBe(200)
  expect((await from('203.0.113.1:5679')).statusCode).toBe(429)
  expect((await from('forged, 203.0.113.1')).statusCode).toBe(429)
  expect((await from('[2001:db8::1]:5678')).statusCode).toBe(200)
  expect((await from('[2001:db8::1]:5679')).statusCode).toBe(429)
  // No address is left, so the proxy itself counts as the client.
  expect((await from('forged')).statusCode).toBe(200)
  expect((await from('forged otherwise')).statusCode).toBe(429)
})

test('X-Forwarded-For from an untrusted address is ignored', async () => {
  const { app } = await startDemo({ max: 1 })
  const from = (ip: string) =>
    app.inject({ url: '/time', remoteAddress: '198.51.100.9', headers: { 'x-forwarded-for': ip } })
  expect((await from('203.0.113.1')).statusCode).toBe(200)
  expect((await from('203.0.113.2')).statusCode).toBe(429)
})

test('two instances count together', async () => {
  const testRedis = await createTestRedis()
  onTestFinished(() => testRedis.close())
  const log = createLogger({ name: 'demo', level: 'silent' })
  const redis = createRedis({ ...testRedis, profile: 'worker', connectionName: 'test', log })
  onTestFinished(() => redis.disconnect())
  const [one, two] = await Promise.all([startDemo({ max: 2, redis }), startDemo({ max: 2, redis })])
  expect((await one.app.inject('/time')).statusCode).toBe(200)
  expect((await two.app.inject('/time')).statusCode).toBe(200)
  expect((await one.app.inject('/time')).statusCode).toBe(429)
})

test('without Redis an instance counts for itself, and a metric says so', async () => {
  const own = await startOwnRedis()
  onTestFinished(() => own.stop())
  const log = createLogger({ name: 'demo', level: 'silent' })
  const redis = createRedis({ url: own.url, profile: 'request', connectionName: 'test', log })
  onTestFinished(() => redis.disconnect())
  await own.kill()
  const { app, metrics } = await startDemo({ max: 2, redis })
  const codes = []
  for (let turn = 0; turn < 3; turn += 1) codes.push((await app.inject('/time')).statusCode)
  expect(codes).toEqual([200, 200, 429])
  expect(await metrics.registry.metrics()).toMatch(/rate_limit_fallback_total{service="demo"} 3/)
})

test('a route’s own limit applies on top of the general one', async () => {
  const { app } = await startDemo()
  app.get(
    '/narrow',
    { preHandler: createRateLimiter(app, { name: 'narrow', max: 1, windowMs: 60_000 }) },
    () => 'ok',
  )
  expect((await app.inject('/narrow')).headers).toMatchObject({ ratelimit: '"narrow";r=0;t=60' })
  expect((await app.inject('/narrow')).json()).toMatchObject({
    status: 429,
    detail: 'Send at most 1 request in 60 s',
  })
})
