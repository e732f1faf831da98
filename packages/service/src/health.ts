import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Lifecycle } from './lifecycle.ts'

export interface HealthCheck {
  /** Resolves when the dependency answers, rejects when it does not. */
  check: () => Promise<void>
  /** Without a required dependency the service is not ready. Without another one it is only degraded. */
  required: boolean
}

const health = z.object({
  status: z.enum(['ok', 'degraded', 'unavailable']),
  checks: z.record(z.string(), z.enum(['ok', 'failed'])),
})

/** The response must arrive before the prober times out (Kubernetes: 1 s by default). */
const checkTimeoutMs = 800

/**
 * `/livez` says that the event loop runs. It checks nothing else, because otherwise an outage of the database would
 * restart every service at once. `/readyz` says whether to send traffic here.
 */
export function registerHealth(
  app: FastifyInstance,
  checks: Record<string, HealthCheck>,
  lifecycle: Lifecycle,
): void {
  const config = { rateLimit: false as const, pressureHandler: () => undefined }
  const schema = { hide: true, response: { 200: health, 503: health } }

  app.get('/livez', { config, schema }, () => ({
    status: 'ok' as const,
    checks: { eventLoop: 'ok' as const },
  }))

  app.get('/readyz', { config, schema }, async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, { check, required }]) => ({
        name,
        required,
        ok: await passes(check),
      })),
    )
    const entries = results.map(({ name, ok }) => [name, ok ? 'ok' : 'failed'] as const)
    const unavailable = lifecycle.draining || results.some(({ ok, required }) => required && !ok)
    const status = unavailable ? 'unavailable' : results.every(({ ok }) => ok) ? 'ok' : 'degraded'
    return reply.code(unavailable ? 503 : 200).send({
      status,
      checks: { ...Object.fromEntries(entries), lifecycle: lifecycle.draining ? 'failed' : 'ok' },
    })
  })
}

async function passes(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, checkTimeoutMs, false)
  })
  const passed = check().then(
    () => true,
    () => false,
  )
  return Promise.race([passed, timeout]).finally(() => clearTimeout(timer))
}
