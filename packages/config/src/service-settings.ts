import { z } from 'zod'
import { baseUrl, cidrList, count, originList, port, postgresUrl, redisUrl } from './setting-types.ts'

/**
 * The settings that every service has. An app spreads them into its schema.
 *
 * @param options.port of the API, and of the default public address; `/metrics` is on this port + 100
 * @param options.requestsPerMinute per client address
 */
export function serviceSettings(options: { name: string; port: number; requestsPerMinute: number }) {
  return {
    NODE_ENV: z
      .enum(['development', 'test', 'production'])
      .default('development')
      .meta({ description: 'production refuses demo secrets and other unsafe values' }),
    HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
    PORT: port(options.port, 'Port of the API'),
    ADMIN_PORT: port(options.port + 100, 'Port of /metrics; do not expose it to clients'),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .meta({ description: 'Minimum log level' }),
    OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl().optional().meta({
      description: 'OTLP/HTTP receiver for traces, such as http://localhost:4318; not set: no tracing',
    }),

    DATABASE_URL: postgresUrl().meta({ description: 'PostgreSQL, as the runtime role', secret: true }),
    DATABASE_POOL_SIZE: count(10, 'Connections to PostgreSQL per process'),
    REDIS_URL: redisUrl().meta({ description: 'Redis, for rate limits and revocation pushes', secret: true }),
    REDIS_PREFIX: z
      .string()
      .regex(/^[a-z0-9:_-]{1,64}$/, { message: 'expected 1 to 64 of a-z, 0-9, colon, underscore and hyphen' })
      .default(`${options.name}:`)
      .meta({ description: 'Prefix of every key and channel of this service in Redis' }),

    PUBLIC_URL: baseUrl().default(`http://localhost:${options.port}`).meta({
      description: 'Address where clients reach this service; links to it start with it',
      tlsInProduction: true,
    }),
    ALLOWED_ORIGINS: originList().meta({
      description: 'Browser origins that may call this service and read its responses, comma-separated',
    }),
    TRUSTED_PROXIES: cidrList().meta({
      description: 'Address ranges of proxies whose X-Forwarded-For we trust, comma-separated CIDRs',
    }),
    RATE_LIMIT_PER_MINUTE: count(
      options.requestsPerMinute,
      'Requests per client address and minute, over all routes',
    ),
    MAX_EVENT_LOOP_DELAY_MS: z.coerce.number().int().min(0).max(1_000_000).default(1_000).meta({
      description: 'Event loop delay above which requests get 503 until it recovers; 0: never',
    }),
  }
}
