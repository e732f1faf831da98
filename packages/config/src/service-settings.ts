import { z } from 'zod'
import { cidrList, count, csv, port, postgresUrl, redisUrl } from './setting-types.ts'

/**
 * The settings that every service has, to be spread into its schema.
 *
 * @param options.port of its API; the port of its metrics is a hundred more, and its public address has the first
 * @param options.requestsPerMinute of one client address
 */
export function serviceSettings(options: { name: string; port: number; requestsPerMinute: number }) {
  return {
    NODE_ENV: z
      .enum(['development', 'test', 'production'])
      .default('development')
      .meta({ description: 'production refuses what is good for a demo only' }),
    HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
    PORT: port(options.port, 'Port of the API'),
    ADMIN_PORT: port(options.port + 100, 'Port of /metrics; keep it inside'),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .meta({ description: 'Least level that is logged' }),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional().meta({
      description: 'Traces go to this OTLP/HTTP receiver, such as http://localhost:4318; not set: no tracing',
    }),

    DATABASE_URL: postgresUrl().meta({ description: 'PostgreSQL, as the runtime role', secret: true }),
    DATABASE_POOL_SIZE: count(10, 'Connections to PostgreSQL per process'),
    REDIS_URL: redisUrl().meta({ description: 'Redis: limits, revocation pushes', secret: true }),
    REDIS_PREFIX: z
      .string()
      .regex(/^[a-z0-9:_-]{1,64}$/)
      .default(`${options.name}:`)
      .meta({ description: 'Begins every key and channel of this service in Redis' }),

    PUBLIC_URL: z.url().default(`http://localhost:${options.port}`).meta({
      description: 'Where clients reach this service; links to it start with it',
      tlsInProduction: true,
    }),
    ALLOWED_ORIGINS: csv().meta({
      description: 'Browser origins that may call it and read the answers, comma-separated',
    }),
    TRUSTED_PROXIES: cidrList().meta({
      description: 'Address ranges whose X-Forwarded-For is believed, comma-separated CIDRs',
    }),
    RATE_LIMIT_PER_MINUTE: count(
      options.requestsPerMinute,
      'Requests per client address and minute, all routes together',
    ),
    MAX_EVENT_LOOP_DELAY_MS: count(
      1_000,
      'When the event loop is later than this, requests get 503 until it has recovered',
    ),
  }
}
