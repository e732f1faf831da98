import rateLimit from '@fastify/rate-limit'
import { metricNames } from '@fondasi/metrics'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { Counter, type Registry } from 'prom-client'
import { serviceProblem } from './problem.ts'
import { createStore } from './rate-limit-store.ts'
import type { Service } from './service.ts'

export interface Limit {
  max: number
  windowMs: number
}

/**
 * One limit per client address for everything, 404s included. Limits live in Redis, so that ten instances count as
 * one; with Redis away each process counts for itself (a limit that is too high beats none and beats an outage).
 */
export async function registerRateLimit(
  app: Service,
  options: { limit: Limit; redis: Redis; registry: Registry },
): Promise<void> {
  const fallbacks = new Counter({
    name: metricNames.rateLimitFallback,
    help: 'Requests counted in process because Redis did not answer',
    registers: [options.registry],
  })
  await app.register(rateLimit, {
    global: false,
    max: options.limit.max,
    timeWindow: options.limit.windowMs,
    store: createStore(options.redis, () => fallbacks.inc()),
    errorResponseBuilder: () => serviceProblem('rate_limited'),
  })
  // The plugin's global hook would run behind the hooks of the route, so that whoever is refused there (no token, a
  // forged one) would never be counted. A hook of the instance runs before them, and for 404s.
  const count = app.rateLimit()
  app.addHook('onRequest', async function (request, reply) {
    if (request.routeOptions.config.rateLimit !== false) await count.call(this, request, reply)
  })
  // The plugin writes the old x-ratelimit-* names. This is the one place that turns them into the fields of
  // draft-ietf-httpapi-ratelimit-headers.
  app.addHook('onSend', async (_request, reply) => {
    const max = reply.getHeader('x-ratelimit-limit')
    if (max === undefined) return
    const policy = { name: 'default', max: Number(max), windowMs: options.limit.windowMs }
    const remaining = Number(reply.getHeader('x-ratelimit-remaining'))
    const resetSeconds = Number(reply.getHeader('x-ratelimit-reset'))
    for (const name of ['limit', 'remaining', 'reset']) reply.removeHeader(`x-ratelimit-${name}`)
    // A limiter of the route's own has said its piece already, and it is the narrower one.
    if (!reply.hasHeader('ratelimit')) writeHeaders(reply, policy, remaining, resetSeconds)
  })
}

export interface Counted {
  exceeded: boolean
  remaining: number
  resetSeconds: number
}

/**
 * Counts requests without refusing any: for a limit whose excess must not show.
 *
 * @param options.name the limit's name, part of its key
 * @param options.keyOf what is counted; the client's address by default
 */
export function createRateCounter(
  app: Service,
  options: Limit & { name: string; keyOf?: (request: FastifyRequest) => string },
): (request: FastifyRequest) => Promise<Counted> {
  const keyOf = options.keyOf ?? ((request: FastifyRequest) => normalizeIP(request.ip))
  const consume = app.createRateLimit({
    max: options.max,
    timeWindow: options.windowMs,
    keyGenerator: (request) => `${options.name}:${keyOf(request)}`,
  })
  return async (request) => {
    const result = await consume(request)
    // Only an allow list answers so, and this kit has none.
    if (result.isAllowed) return { exceeded: false, remaining: options.max, resetSeconds: 0 }
    return { exceeded: result.isExceeded, remaining: result.remaining, resetSeconds: result.ttlInSeconds }
  }
}

/**
 * A further limit for some routes, on top of the general one; options as for `createRateCounter`.
 *
 * @returns a hook that counts one request and throws `rate_limited` (429) beyond the limit
 */
export function createRateLimiter(
  app: Service,
  options: Parameters<typeof createRateCounter>[1],
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const count = createRateCounter(app, options)
  return async (request, reply) => {
    const { exceeded, remaining, resetSeconds } = await count(request)
    writeHeaders(reply, options, remaining, resetSeconds)
    if (exceeded) {
      throw serviceProblem('rate_limited', {
        detail: `At most ${options.max} requests in ${options.windowMs / 1000} s`,
        headers: { 'retry-after': String(resetSeconds) },
      })
    }
  }
}

const { normalizeIP } = rateLimit

function writeHeaders(
  reply: FastifyReply,
  policy: Limit & { name: string },
  remaining: number,
  resetSeconds: number,
) {
  reply.header('ratelimit-policy', `"${policy.name}";q=${policy.max};w=${policy.windowMs / 1000}`)
  reply.header('ratelimit', `"${policy.name}";r=${remaining};t=${resetSeconds}`)
}
