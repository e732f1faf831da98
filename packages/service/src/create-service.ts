import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import underPressure from '@fastify/under-pressure'
import type { Metrics } from '@fondasi/metrics'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { registerBodyTimeout } from './body-timeout.ts'
import { createErrorHandler, createParserErrorHandler } from './error-handler.ts'
import { type HealthCheck, registerHealth } from './health.ts'
import { registerClientAddress, registerHttpSemantics } from './http-semantics.ts'
import { parseJsonBodies } from './json-body.ts'
import { closeConnectionsWhenDraining, type Lifecycle } from './lifecycle.ts'
import { acceptMergePatch } from './merge-patch.ts'
import { type ApiDocument, registerOpenApi } from './openapi.ts'
import { type Limit, registerRateLimit } from './rate-limit.ts'
import { registerRequestContext, requestIdOf, traceIdOf } from './request-context.ts'
import type { Service } from './service.ts'
import { refuseUnmatched } from './unmatched.ts'
import { createUnroutable } from './unroutable.ts'

export interface ServiceOptions extends ApiDocument {
  name: string
  log: Logger
  metrics: Metrics
  redis: Redis
  /** Address ranges (CIDR) whose `X-Forwarded-For` is trusted. If empty, the socket's address is the client. */
  trustedProxies: readonly string[]
  /** Browser origins that may read responses. */
  allowedOrigins: readonly string[]
  rateLimit: Limit
  /** If the event loop is this late, all responses are late. Requests then get 503 until it recovers. 0: never. */
  maxEventLoopDelayMs: number
  checks: Record<string, HealthCheck>
  /** Says whether an error means that a dependency is unavailable. The response is then 503 instead of 500. */
  isUnavailable: (error: unknown) => boolean
}

/**
 * A client may take this long to send its headers, and as long again to send its body. A normal client takes
 * milliseconds, an attacker as long as we allow.
 */
const requestTimeoutMs = 15_000
/** How often Node looks for late headers. By default it does every 30 s, so that such a request could live for 45 s. */
const slowHeadersCheckMs = 1_000
/** Idle connections survive a gateway's pause between requests, but do not delay a deployment. */
const keepAliveTimeoutMs = 5_000
/** A route that needs larger bodies must say so. */
const bodyLimitBytes = 1024 * 1024

/**
 * Makes a Fastify instance with everything that all services share. Every default is visible in this one function:
 * request ids, problem documents, security headers, CORS, rate limit, load shedding, health, metrics, API reference
 * and a shutdown that drops no request. It does not listen.
 */
export async function createService(
  options: ServiceOptions,
): Promise<{ app: Service; lifecycle: Lifecycle }> {
  const lifecycle: Lifecycle = { draining: false }
  const log: FastifyBaseLogger = options.log
  const renderError = createErrorHandler(options.name, options.isUnavailable)
  const unroutable = createUnroutable()
  const app = Fastify({
    // Typed as what Fastify needs, because otherwise every signature would carry pino's type.
    loggerInstance: log,
    logController: new LogController({ requestIdLogLabel: 'requestId', disableRequestLogging: true }),
    childLoggerFactory: (logger, bindings, childOptions, request) => {
      const traceId = traceIdOf(request.headers)
      return logger.child(traceId ? { ...bindings, traceId } : bindings, childOptions)
    },
    genReqId: requestIdOf,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    bodyLimit: bodyLimitBytes,
    http: {
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: slowHeadersCheckMs,
      // registerHttpSemantics checks it, and its response says what is wrong.
      requireHostHeader: false,
    },
    // registerBodyTimeout limits the time for bodies.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
    routerOptions: { maxParamLength: 512 },
    // A request that arrives on an open connection during shutdown is handled like any other.
    return503OnClosing: false,
    clientErrorHandler: createParserErrorHandler(options.name, options.metrics),
    frameworkErrors: unroutable.routeAgain,
  }).withTypeProvider<ZodTypeProvider>()

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(renderError)
  // JSON only. A route that accepts another type must say so.
  app.removeContentTypeParser('text/plain')
  parseJsonBodies(app)
  acceptMergePatch(app)

  registerClientAddress(app)
  registerRequestContext(app)
  registerBodyTimeout(app, requestTimeoutMs)
  closeConnectionsWhenDraining(app, lifecycle)
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched'
    const labels = { method: request.method, route, status: reply.statusCode }
    options.metrics.httpRequestDuration.observe(labels, reply.elapsedTime / 1000)
    request.log.info({ ...labels, ms: Math.round(reply.elapsedTime), ip: request.ip }, 'request')
  })

  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  })
  const rateLimit = await registerRateLimit(app, {
    limit: options.rateLimit,
    redis: options.redis,
    registry: options.metrics.registry,
  })
  // The CORS plugin responds to a preflight, so the hooks below do not run for it.
  app.addHook('onRequest', rateLimit.countPreflights)
  await app.register(cors, {
    origin: [...options.allowedOrigins],
    credentials: true,
    maxAge: 600,
    // An OPTIONS request that is not a preflight gets the same response, instead of 400 in plain text.
    strictPreflight: false,
  })
  await app.register(underPressure, { maxEventLoopDelay: options.maxEventLoopDelayMs })
  app.addHook('onRequest', rateLimit.countOthers)
  registerHttpSemantics(app)
  unroutable.register(app)
  refuseUnmatched(app)
  await registerOpenApi(app, options)

  registerHealth(app, options.checks, lifecycle)
  return { app, lifecycle }
}
