import { expect, test } from 'vitest'
import { startDemo } from '../test/demo-service.ts'

/** A path of 15 kB, about as long as Node allows. */
const long = 'x'.repeat(15_000)

test.each([
  ['a path that does not decode', '/%zz', 400, 'bad_request'],
  ['a long path that does not decode', `/${long}%zz`, 400, 'bad_request'],
  ['a path parameter that is too long', `/users/${long}`, 414, 'uri_too_long'],
  ['a long path without a route', `/${long}`, 404, 'not_found'],
])(
  '%s: the request is limited, counted and logged, and the response quotes little of it',
  async (_, url, status, code) => {
    const { app, lines, metrics } = await startDemo({ max: 2 })
    const response = await app.inject({ url, headers: { 'x-request-id': 'abc-1' } })
    expect(response.json()).toMatchObject({ status, code, requestId: 'abc-1' })
    expect(url.startsWith(response.json<{ instance: string }>().instance.slice(0, 100))).toBe(true)
    expect(response.headers).toMatchObject({
      'x-request-id': 'abc-1',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      ratelimit: expect.stringMatching(/^"default";r=1;/),
    })
    expect(response.body.length).toBeLessThan(1_000)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000)
    expect(lines.filter((line) => line.includes('"msg":"request"'))).toHaveLength(1)
    expect(await metrics.registry.metrics()).toMatch(
      new RegExp(`_count\\{.*route="unmatched",status="${status}".*\\} 1`),
    )

    await app.inject(url)
    expect((await app.inject(url)).json()).toMatchObject({ status: 429, code: 'rate_limited' })
  },
)

test('the response quotes only a part of a long field name', async () => {
  const { app } = await startDemo()
  const response = await app.inject({ method: 'POST', url: '/echo', payload: { name: 'a', [long]: 1 } })
  expect(response.json()).toMatchObject({ status: 400, code: 'validation_failed' })
  expect(response.body.length).toBeLessThan(2_000)
})

test('preflights count against the rate limit', async () => {
  const { app } = await startDemo({ max: 1 })
  const preflight = () =>
    app.inject({
      method: 'OPTIONS',
      url: '/time',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    })
  expect((await preflight()).headers).toMatchObject({ ratelimit: expect.stringContaining('r=0') })
  expect((await preflight()).statusCode).toBe(429)
})

test('a request with a Content-Encoding is 415, and the response names the accepted encoding', async () => {
  const { app } = await startDemo()
  const post = (coding: string) =>
    app.inject({
      method: 'POST',
      url: '/echo',
      headers: { 'content-encoding': coding },
      payload: { name: 'a' },
    })
  for (const coding of ['gzip', 'GZIP', 'identity, gzip', 'br', 'aes128gcm']) {
    const response = await post(coding)
    expect(response.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' })
    expect(response.headers['accept-encoding']).toBe('identity')
  }
  expect((await post('identity')).statusCode).toBe(200)
})
