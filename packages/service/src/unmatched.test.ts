import { describe, expect, test } from 'vitest'
import { startDemo } from '../test/demo-service.ts'

describe('a method that the path does not have', () => {
  test.each([
    ['GET', '/echo', 'POST, PATCH, OPTIONS'],
    ['POST', '/time', 'GET, HEAD, OPTIONS'],
    ['POST', '/time?limit=1', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/users/7', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/v1/things/7', 'GET, HEAD, PUT, DELETE, OPTIONS'],
    ['TRACE', '/time', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/time', 'GET, HEAD, OPTIONS'],
    ['QUERY', '/time', 'GET, HEAD, OPTIONS'],
    ['POST', '/v1/things/search', 'GET, HEAD, OPTIONS'],
    ['PUT', '/v1/things/search', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v1/things/search?q=a', 'GET, HEAD, OPTIONS'],
    ['GET', '/v1/things/7/parts/all', 'DELETE, OPTIONS'],
  ] as const)('%s %s is 405, and Allow is %s', async (method, url, allow) => {
    const { app } = await startDemo()
    await app.register(
      async (v1) => {
        v1.get('/things/:id', () => 'a thing')
        v1.get('/things/search', () => 'some things')
        v1.put('/things/:id', () => 'a thing')
        v1.delete('/things/:id', () => 'a thing')
        v1.get('/things/:id/parts/:part', () => 'a part')
        v1.delete('/things/:id/parts/all', () => 'no parts')
      },
      { prefix: '/v1' },
    )
    const response = await app.inject({ method, url })
    expect(response.statusCode).toBe(405)
    expect(response.headers.allow).toBe(allow)
    expect(response.json()).toMatchObject({ status: 405, code: 'method_not_allowed' })
  })

  test.each([
    ['a body that cannot be parsed', 'application/json', '{'],
    ['a body of a type that no route accepts', 'application/xml', '<a/>'],
    ['a body that is too large', 'application/json', 'x'.repeat(2_000_000)],
  ])('is 405 also with %s', async (_name, type, payload) => {
    const { app } = await startDemo()
    const headers = { 'content-type': type }
    const post = (url: string) => app.inject({ method: 'POST', url, headers, payload })
    expect((await post('/time')).statusCode).toBe(405)
    expect((await post('/nowhere')).statusCode).toBe(404)
  })

  test('is limited, counted and logged like a request without a route', async () => {
    const { app, lines, metrics } = await startDemo({ max: 2 })
    const send = () => app.inject({ method: 'DELETE', url: '/users/7' })
    expect((await send()).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      ratelimit: expect.stringMatching(/^"default";r=1;/),
    })
    expect(lines.filter((line) => line.includes('"msg":"request"'))).toHaveLength(1)
    expect(await metrics.registry.metrics()).toMatch(
      /_count\{.*method="DELETE",route="unmatched",status="405".*\} 1/,
    )
    await send()
    expect((await send()).statusCode).toBe(429)
  })
})

test('HEAD is 200 where GET is a route, and 405 elsewhere', async () => {
  const { app } = await startDemo()
  expect((await app.inject({ method: 'HEAD', url: '/time' })).statusCode).toBe(200)
  const { statusCode, headers } = await app.inject({ method: 'HEAD', url: '/echo' })
  expect([statusCode, headers.allow]).toEqual([405, 'POST, PATCH, OPTIONS'])
})

test('a path without any route is 404 for every method', async () => {
  const { app } = await startDemo()
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'PROPFIND'] as const) {
    const response = await app.inject({ method, url: '/nowhere' })
    expect([response.statusCode, response.headers.allow]).toEqual([404, undefined])
  }
})

test('a preflight is 204, whether or not the path has the method', async () => {
  const { app } = await startDemo()
  for (const method of ['GET', 'DELETE']) {
    const headers = { origin: 'https://app.example', 'access-control-request-method': method }
    expect((await app.inject({ method: 'OPTIONS', url: '/time', headers })).statusCode).toBe(204)
  }
})
