import { pino } from 'pino'
import { Gauge, Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { startAdminListener } from './index.ts'

type Options = Partial<Parameters<typeof startAdminListener>[0]>

async function start(options: Options = {}) {
  const registry = options.registry ?? new Registry()
  const log = pino({ level: 'silent' })
  const listener = await startAdminListener({ log, host: '127.0.0.1', port: 0, ...options, registry })
  onTestFinished(() => listener.close())
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${listener.port}${path}`, init)
}

test('serves the metrics of its registry', async () => {
  const registry = new Registry()
  new Gauge({ name: 'answer', help: 'The answer', registers: [registry] }).set(42)
  const request = await start({ registry })
  const response = await request('/metrics')
  expect(response.headers.get('content-type')).toBe(registry.contentType)
  expect(await response.text()).toContain('answer 42')
})

test('metrics that cannot be collected are a 500 with an error in the log, and the next scrape works', async () => {
  const lines: string[] = []
  const registry = new Registry()
  let fails = true
  const gauge = new Gauge({
    name: 'answer',
    help: 'The answer',
    registers: [],
    collect() {
      if (fails) throw new Error('no answer')
    },
  })
  registry.registerMetric(gauge)
  const request = await start({ registry, log: pino({}, { write: (line: string) => lines.push(line) }) })
  expect((await request('/metrics')).status).toBe(500)
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 50, err: { message: 'no answer' } }])
  fails = false
  expect((await request('/metrics')).status).toBe(200)
})

test('another method is 405 with Allow, another path 404', async () => {
  const request = await start()
  const response = await request('/metrics', { method: 'POST', body: '{}' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  expect((await request('/v1/anything')).status).toBe(404)
})

test('without health checks, health is not here but on the public port', async () => {
  const request = await start()
  expect((await request('/livez')).status).toBe(404)
  expect((await request('/readyz')).status).toBe(404)
})

test('with health checks: /livez is 200 while /readyz names the check that fails, and is 503 while draining', async () => {
  const lifecycle = { draining: false }
  let away = true
  const check = async () => {
    if (away) throw new Error('away')
  }
  const request = await start({ health: { checks: { queue: { check, required: true } }, lifecycle } })
  expect((await request('/livez')).status).toBe(200)
  const response = await request('/readyz')
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ status: 'unavailable', checks: { queue: 'failed' } })
  away = false
  expect((await request('/readyz')).status).toBe(200)
  lifecycle.draining = true
  expect((await request('/readyz')).status).toBe(503)
})

test('a process may register more routes', async () => {
  const register: Options['register'] = async (app) => {
    app.get('/queues', () => 'a dashboard')
  }
  const request = await start({ register })
  expect(await (await request('/queues')).text()).toBe('a dashboard')
  expect((await request('/queues', { method: 'DELETE' })).status).toBe(405)
})
