import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { startDemo } from '../test/demo-service.ts'

describe('problems', () => {
  test('a thrown problem becomes a document with a stable code, its headers and the request id', async () => {
    const { app } = await startDemo()
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

  test('a bug is 500 without internals; an unavailable dependency is 503 with Retry-After', async () => {
    const { app } = await startDemo()
    const bug = await app.inject('/bug')
    expect(bug.json()).toMatchObject({ status: 500, code: 'internal_error' })
    expect(bug.body).not.toContain('secret detail')
    const away = await app.inject('/away')
    expect(away.json()).toMatchObject({ status: 503, code: 'dependency_unavailable' })
    expect(away.headers['retry-after']).toBe('5')
  })

  test('an overload is one warning without a stack, an outage is an error with one', async () => {
    const { app, lines } = await startDemo()
    await app.inject('/full')
    await app.inject('/away')
    const logged = lines.map((line) => JSON.parse(line)).filter(({ code }) => code !== undefined)
    expect(logged).toMatchObject([
      { level: 'warn', code: 'overloaded', route: '/full' },
      { level: 'error', code: 'dependency_unavailable', err: { stack: expect.any(String) } },
    ])
    expect(logged[0]).not.toHaveProperty('err')
  })

  test('one log line has the fields that the runbooks group by, as they quote them', async () => {
    const { app, lines } = await startDemo()
    await app.inject({ url: '/bug', remoteAddress: '198.51.100.9' })
    const line = lines.find((each) => each.includes('internal_error')) ?? ''
    expect(JSON.parse(line)).toMatchObject({ code: 'internal_error', route: '/bug', ip: '198.51.100.9' })
    const folder = new URL('../../../docs/runbooks/', import.meta.url)
    const runbooks = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
    const quoted = new Set(runbooks.join('\n').match(/"level":[^`]+/g))
    expect(quoted.size).toBeGreaterThan(0)
    expect([...quoted].filter((level) => !line.includes(level))).toEqual([])
  })

  test('every invalid field is named, with a pointer', async () => {
    const { app } = await startDemo()
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
    ['invalid JSON', post('{"name"'), 400, 'malformed_body'],
    ['an empty body', post(''), 400, 'validation_failed'],
    ['a JSON string', post('"name"'), 400, 'validation_failed'],
    ['null', post('null'), 400, 'validation_failed'],
    ['a list', post('[]'), 400, 'validation_failed'],
    ['__proto__', post('{"name":"a","__proto__":{"admin":true}}'), 400, 'malformed_body'],
    ['constructor.prototype', post('{"name":"a","constructor":{"prototype":{}}}'), 400, 'malformed_body'],
    ['NUL', post('{"name":"a\\u0000b"}'), 400, 'validation_failed'],
    ['a lone surrogate', post('{"name":"\\ud800"}'), 400, 'validation_failed'],
    ['an escape character', post('{"name":"\\u001b[2J"}'), 400, 'validation_failed'],
    ['100,000 levels', post(`{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 400, 'malformed_body'],
    ['100,000 open brackets', post('['.repeat(100_000)), 400, 'malformed_body'],
    ['10 MB', post(JSON.stringify({ name: 'x'.repeat(10_000_000) })), 413, 'payload_too_large'],
    ['a form', post('name=a', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
    ['text', post('{"name":"a"}', 'text/plain'), 415, 'unsupported_media_type'],
    [
      'another encoding than UTF-8',
      post(Buffer.from('{"name":"a"}', 'utf16le'), 'application/json; charset=utf-16'),
      415,
      'unsupported_media_type',
    ],
    ['a malformed content type', post('{"name":"a"}', 'json'), 415, 'unsupported_media_type'],
    ['a number too large', post('{"name":1e999}'), 400, 'validation_failed'],
  ])('a body with %s is refused with 4xx and a code', async (_name, request, status, code) => {
    const { app } = await startDemo()
    const response = await app.inject(request)
    expect(response.json()).toMatchObject({ status, code })
  })

  test('a PATCH accepts a merge patch, other methods do not, and a 415 names what the route accepts', async () => {
    const { app } = await startDemo()
    const payload = '{"name":"a"}'
    const send = (method: 'POST' | 'PATCH', type: string) =>
      app.inject({ method, url: '/echo', headers: { 'content-type': type }, payload })
    for (const type of ['application/json', 'application/merge-patch+json; charset=utf-8'])
      expect((await send('PATCH', type)).json()).toEqual({ name: 'a' })
    expect((await send('PATCH', 'text/plain')).json()).toMatchObject({
      status: 415,
      detail: 'Send application/json or application/merge-patch+json as the Content-Type',
    })
    expect((await send('POST', 'application/merge-patch+json')).json()).toMatchObject({
      status: 415,
      detail: 'Send application/json as the Content-Type',
    })
    const document = (await app.inject('/openapi.json')).json<{
      paths: Record<string, { patch?: { requestBody?: { content: object } } }>
    }>()
    expect(Object.keys(document.paths['/echo']?.patch?.requestBody?.content ?? {})).toEqual([
      'application/json',
      'application/merge-patch+json',
    ])
  })

  test('an unknown path is 404; a path that does not decode is 400', async () => {
    const { app } = await startDemo()
    expect((await app.inject('/nowhere')).json()).toMatchObject({ status: 404, code: 'not_found' })
    for (const url of ['/%E0%A4%A', '/%zz', '/users/%ff%fe'])
      expect((await app.inject(url)).json()).toMatchObject({ status: 400, code: 'bad_request' })
  })
})
