import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { createErrorHandler } from './error-handler.ts'
import { type HealthCheck, registerHealth } from './health.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Service } from './service.ts'
import { refuseUnmatched } from './unmatched.ts'

/** A scraper's idle connection must not delay the shutdown. */
const keepAliveTimeoutMs = 1_000

/**
 * Serves what only operators may reach on a port of its own: `/metrics`, and whatever the options add.
 *
 * @param options.health adds `/livez` and `/readyz`, for a process without a public port
 * @param options.register adds more routes, such as a dashboard
 * @returns the bound port and a function that closes the listener
 */
export async function startAdminListener(options: {
  registry: Registry
  log: Logger
  host: string
  port: number
  health?: { checks: Record<string, HealthCheck>; lifecycle: Lifecycle }
  register?: (app: Service) => Promise<void>
}): Promise<{ port: number; close: () => Promise<void> }> {
  const { registry, host, port, health, register } = options
  // Nobody needs a line per scrape. Failures are still logged.
  const log: FastifyBaseLogger = options.log.child({}, { level: 'warn' })
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(createErrorHandler('admin', () => false))
  refuseUnmatched(app)

  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
  if (health) registerHealth(app, health.checks, health.lifecycle)
  await register?.(app)

  await app.listen({ host, port })
  // `address()` is a string only for Unix sockets.
  const address = app.server.address() as AddressInfo
  return { port: address.port, close: () => app.close() }
}
