import rateLimit from '@fastify/rate-limit'
import { metricNames } from '@fondasi/metrics'
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
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
 * One limit per client address for all routes, 404s included. Redis counts, so that ten instances share one limit. While
 * Redis is unreachable, each process counts for itself: a limit that is too high is better than none and than an outage.
 *
 * @returns the hooks that count: one for preflights, to add before CORS, and one for all other requests
 */
export async function registerRateLimit(
  app: Service,
  options: { limit: Limit; redis: Redis; registry: Registry },
): Promise<{ countPreflights: onRequestAsyncHookHandler; countOthers: onRequestAsyncHookHandler }> {
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
  // The plugin writes the old x-ratelimit-* headers. This hook replaces them with the fields of
  // draft-ietf-httpapi-ratelimit-headers.
  app.addHook('onSend', async (_request, reply) => {
    const max = reply.getHeader('x-ratelimit-limit')
    if (max === undefined) return
    const policy = { name: 'default', max: Number(max), windowMs: options.limit.windowMs }
    const remaining = Number(reply.getHeader('x-ratelimit-remaining'))
    const resetSeconds = Number(reply.getHeader('x-ratelimit-reset'))
    for (const name of ['limit', 'remaining', 'reset']) reply.removeHeader(`x-ratelimit-${name}`)
    // A limiter of the route has set its own headers already, and its limit is narrower.
    if (!reply.hasHeader('ratelimit')) writeHeaders(reply, policy, remaining, resetSeconds)
  })

  // The plugin's global hook would run after the hooks of the route, and would miss requests that they refuse, such as
  // one with a forged token. Hooks of the instance run before them, and for 404s too.
  const count = app.rateLimit()
  return {
    async countPreflights(request, reply) {
      if (request.method === 'OPTIONS') await count.call(this, request, reply)
    },
    async countOthers(request, reply) {
      const isCounted = request.method !== 'OPTIONS' && request.routeOptions.config.rateLimit !== false
      if (isCounted) await count.call(this, request, reply)
    },
  }
}

export interface Counted {
  exceeded: boolean
  remaining: number
  resetSeconds: number
}

/**
 * Counts requests and refuses none. For limits that the response must not reveal.
 *
 * @param options.name the limit's name, part of its key
 * @param options.keyOf the key to count by; the client's address by default
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
    // Only for an allow list, which this kit does not use.
    if (result.isAllowed) return { exceeded: false, remaining: options.max, resetSeconds: 0 }
    return { exceeded: result.isExceeded, remaining: result.remaining, resetSeconds: result.ttlInSeconds }
  }
}

/**
 * A further limit for some routes, on top of the general one. The options are those of `createRateCounter`.
 *
 * @returns a hook that counts a request, and throws `rate_limited` (429) above the limit
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
        detail: `Send at most ${options.max} request${options.max === 1 ? '' : 's'} in ${options.windowMs / 1000} s`,
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
