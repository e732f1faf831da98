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
import { registerHttpSemantics } from './http-semantics.ts'
import { closeConnectionsWhenDraining, type Lifecycle } from './lifecycle.ts'
import { type ApiDocument, registerOpenApi } from './openapi.ts'
import { serviceProblem } from './problem.ts'
import { type Limit, registerRateLimit } from './rate-limit.ts'
import { registerRequestContext, requestIdOf, traceIdOf } from './request-context.ts'
import type { Service } from './service.ts'

export interface ServiceOptions extends ApiDocument {
  name: string
  log: Logger
  metrics: Metrics
  redis: Redis
  /** Address ranges (CIDR) whose `X-Forwarded-For` is believed. Empty: the client is who holds the socket. */
  trustedProxies: readonly string[]
  /** Browser origins that may read answers. */
  allowedOrigins: readonly string[]
  rateLimit: Limit
  /** When the event loop is later than this, requests get 503: better than serving every request late. */
  maxEventLoopDelayMs: number
  checks: Record<string, HealthCheck>
  /** Tells whether an error means that a dependency is away: answered with 503 instead of 500. */
  isUnavailable: (error: unknown) => boolean
}

/**
 * A slow client may take this long for its headers, and as long again for its body: a normal one takes milliseconds,
 * an attack takes for ever.
 */
const requestTimeoutMs = 15_000
/** How often Node looks for headers that are late: every 30 s by default, so that they would live for up to 45. */
const slowHeadersCheckMs = 1_000
/** Idle connections outlive a gateway's pause between requests but not a deployment. */
const keepAliveTimeoutMs = 5_000
/** Larger bodies must be asked for by a route. */
const bodyLimitBytes = 1024 * 1024

/**
 * Makes a Fastify instance with everything that all services share, each default visible in this one function:
 * request ids, problem documents, security headers, CORS, rate limit, load shedding, health, metrics, API reference
 * and a close that drops no request. It does not listen.
 */
export async function createService(
  options: ServiceOptions,
): Promise<{ app: Service; lifecycle: Lifecycle }> {
  const lifecycle: Lifecycle = { draining: false }
  const log: FastifyBaseLogger = options.log
  const renderError = createErrorHandler(options.name, options.isUnavailable)
  const app = Fastify({
    // Typed as what Fastify needs of it, or every signature would carry pino's type.
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
      // registerHttpSemantics does it, with an answer that says so.
      requireHostHeader: false,
    },
    // Of bodies: registerBodyTimeout.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
    routerOptions: { maxParamLength: 256 },
    // A request that arrives on an open connection while we close is answered like any other.
    return503OnClosing: false,
    clientErrorHandler: createParserErrorHandler(options.name),
    // Errors before a route is found, such as an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => {
      // No hook has run, so nobody watches over the body that may follow.
      reply.header('connection', 'close')
      renderError(error, request, reply)
    },
  }).withTypeProvider<ZodTypeProvider>()

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(renderError)
  // JSON only: a route that wants another type says so.
  app.removeContentTypeParser('text/plain')

  registerRequestContext(app)
  registerHttpSemantics(app)
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
  await app.register(cors, {
    origin: [...options.allowedOrigins],
    credentials: true,
    maxAge: 600,
    // A bare OPTIONS is answered like a preflight, instead of with 400 in plain text.
    strictPreflight: false,
  })
  await app.register(underPressure, { maxEventLoopDelay: options.maxEventLoopDelayMs })
  await registerRateLimit(app, {
    limit: options.rateLimit,
    redis: options.redis,
    registry: options.metrics.registry,
  })
  await registerOpenApi(app, options)

  app.setNotFoundHandler(() => {
    throw serviceProblem('not_found')
  })
  registerHealth(app, options.checks, lifecycle)
  return { app, lifecycle }
}
