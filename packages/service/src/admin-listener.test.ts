import { createMetrics } from '@fondasi/metrics'
import { expect, onTestFinished, test } from 'vitest'
import { startAdminListener } from './index.ts'

test.each([
  ['GET', '/metrics', 200, null],
  ['GET', '/metrics?from=prometheus', 200, null],
  ['HEAD', '/metrics', 200, null],
  ['POST', '/metrics', 405, 'GET, HEAD'],
  ['DELETE', '/metrics', 405, 'GET, HEAD'],
  ['GET', '/', 404, null],
])('admin listener: %s %s is %i', async (method, path, status, allow) => {
  const { registry } = createMetrics({ service: 'demo', version: '1.0.0' })
  const { port, close } = await startAdminListener({ registry, host: '127.0.0.1', port: 0 })
  onTestFinished(close)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
  expect([response.status, response.headers.get('allow')]).toEqual([status, allow])
  expect((await response.text()).includes('# HELP')).toBe(status === 200 && method === 'GET')
})
