import { expect, test } from 'vitest'
import { createMetrics, metricNames } from './index.ts'

test('every service exposes the runtime, build info and the request histogram, labelled with its name', async () => {
  const metrics = createMetrics({ service: 'demo', version: '1.2.3' })
  metrics.httpRequestDuration.observe({ method: 'GET', route: '/v1/me', status: 200 }, 0.02)
  const text = await metrics.registry.metrics()
  expect(text).toContain('build_info{version="1.2.3"')
  expect(text).toMatch(new RegExp(`${metricNames.httpRequestDuration}_count{.*service="demo".*} 1`))
  expect(text).toContain('nodejs_eventloop_lag_seconds')
})

test('two registries in one process share nothing', async () => {
  const first = createMetrics({ service: 'one', version: '1' })
  const second = createMetrics({ service: 'two', version: '1' })
  first.httpRequestDuration.observe({ method: 'GET', route: '/', status: 200 }, 1)
  expect(await second.registry.metrics()).not.toContain('service="one"')
})
