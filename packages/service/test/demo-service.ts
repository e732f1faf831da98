import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { connected, createRedis } from '@fondasi/redis'
import { createTestRedis, testEventLoopDelayMs } from '@fondasi/testing'
import type { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { createService, defineProblems, serviceProblem, text, timestamp } from '../src/index.ts'

export const problem = defineProblems({ teapot: { status: 418, title: 'I am a teapot' } })

/** Starts a service with routes that answer, fail and wait, on the test's Redis. It closes when the test ends. */
export async function startDemo(
  options: {
    max?: number
    maxEventLoopDelayMs?: number
    redis?: Redis
    checks?: Parameters<typeof createService>[0]['checks']
  } = {},
) {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const log = createLogger({ name: 'demo', level: 'info', destination })
  let redis = options.redis
  if (!redis) {
    const testRedis = await createTestRedis()
    // A service uses the `request` profile. Here a busy machine would then make the limiter count in process.
    const made = createRedis({ ...testRedis, profile: 'worker', connectionName: 'test', log })
    await connected(made, 20_000)
    onTestFinished(() => testRedis.close())
    onTestFinished(() => made.disconnect())
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
    maxEventLoopDelayMs: options.maxEventLoopDelayMs ?? testEventLoopDelayMs,
    checks: options.checks ?? {},
    isUnavailable: (error) => error instanceof Error && error.message === 'database away',
  })
  onTestFinished(() => app.close())
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
  app.patch(
    '/echo',
    { schema: { body: z.strictObject({ name: text({ max: 20 }) }) } },
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
  app.get('/full', () => {
    throw serviceProblem('overloaded')
  })
  app.get('/away', () => {
    throw new Error('database away')
  })
  app.get('/time', { schema: { response: { 200: z.object({ at: timestamp() }) } } }, () => ({
    at: new Date(0),
  }))
  return { app, lifecycle, metrics, lines }
}
