import { describe, expect, test } from 'vitest'
import { startDemo } from '../test/demo-service.ts'

describe('what every response has', () => {
  test('security headers, and CORS for the listed origins only', async () => {
    const { app } = await startDemo()
    const from = (origin: string) => app.inject({ url: '/time', headers: { origin } })
    const mine = await from('https://app.example')
    expect(mine.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    expect((await from('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('an OPTIONS request that is not a preflight is handled like one', async () => {
    const { app } = await startDemo()
    expect((await app.inject({ method: 'OPTIONS', url: '/time' })).statusCode).toBe(204)
  })

  test('a request id that could forge a log line is replaced', async () => {
    const { app } = await startDemo()
    const response = await app.inject({ url: '/time', headers: { 'x-request-id': 'a b"}' } })
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('times are RFC 3339; the histogram has requests by route pattern', async () => {
    const { app, metrics } = await startDemo()
    expect((await app.inject('/time')).json()).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    await app.inject('/nowhere/123')
    const exposed = await metrics.registry.metrics()
    expect(exposed).toContain('route="/time",status="200"')
    expect(exposed).toContain('route="unmatched",status="404"')
    expect(exposed).not.toContain('nowhere')
  })

  test('the service serves its OpenAPI 3.1 description', async () => {
    const { app } = await startDemo()
    await app.ready()
    const document = (await app.inject('/openapi.json')).json<{
      openapi: string
      paths: Record<string, { get?: { parameters?: object[] } }>
    }>()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.paths)).toContain('/echo')
    // The reference sends what is selected: with every optional filter at once a search finds nothing.
    expect(document.paths['/page']?.get?.parameters).toMatchObject([
      { name: 'limit', required: false, examples: { default: { value: 20, 'x-disabled': true } } },
    ])
  })

  test('the root leads to the reference', async () => {
    const { app } = await startDemo()
    const { statusCode, headers } = await app.inject('/')
    expect([statusCode, headers.location]).toEqual([302, '/docs/'])
  })

  test('the reference has a title and an icon of its own, and runs under a policy that allows only its own files', async () => {
    const { app } = await startDemo()
    const page = await app.inject('/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-security-policy']).toContain("script-src 'self'")
    expect(page.body).toContain('<title>Demo API</title>')
    const icon = await app.inject('/docs/favicon.svg')
    expect(icon.headers['content-type']).toBe('image/svg+xml')
    expect(icon.body).toContain('>D</text>')
  })
})
