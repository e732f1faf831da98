import { localKeys } from '@fondasi/access'
import {
  cidrList,
  csv,
  isSafeFromListeners,
  loadConfig,
  postgresUrl,
  redisUrl,
  secretKey,
} from '@fondasi/config'
import { z } from 'zod'

const count = (fallback: number, description: string) =>
  z.coerce.number().int().min(1).max(1_000_000).default(fallback).meta({ description })
const port = (fallback: number, description: string) =>
  z.coerce.number().int().min(0).max(65_535).default(fallback).meta({ description })

/** Every setting of the service. The table in the README and `.env.example` are generated from here. */
export const settings = z
  .object({
    NODE_ENV: z
      .enum(['development', 'test', 'production'])
      .default('development')
      .meta({ description: 'production refuses demo secrets and the development key' }),
    HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on' }),
    PORT: port(4102, 'Port of the API'),
    ADMIN_PORT: port(4202, 'Port of /metrics; keep it inside'),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .meta({ description: 'Least level that is logged' }),

    DATABASE_URL: postgresUrl().meta({ description: 'PostgreSQL, as the runtime role', secret: true }),
    DATABASE_POOL_SIZE: count(10, 'Connections to PostgreSQL per process'),
    REDIS_URL: redisUrl().meta({ description: 'Redis: rate limits, revocation pushes', secret: true }),
    CACHE_REDIS_URL: z
      .url()
      .optional()
      .meta({ description: 'Redis for cached answers, when it is another one', secret: true }),
    REDIS_PREFIX: z
      .string()
      .regex(/^[a-z0-9:_-]{1,64}$/)
      .default('catalog:')
      .meta({ description: 'Begins every key of this service in Redis' }),

    PUBLIC_URL: z
      .url()
      .default('http://localhost:4102')
      .meta({ description: 'Where clients reach this service' }),
    CURSOR_KEY: secretKey().meta({
      description: 'Signs list cursors: the same on every instance',
      secret: true,
      demo: 'ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMzI',
    }),

    AUTH_ISSUER: z
      .url()
      .default('http://localhost:4100/auth')
      .meta({ description: 'The `iss` that access tokens must have' }),
    AUTH_AUDIENCE: z
      .string()
      .min(1)
      .default('fondasi')
      .meta({ description: 'The `aud` that access tokens must have' }),
    AUTH_JWKS_URL: z.url().optional().meta({
      description: 'Where the keys of access tokens are fetched; not set: AUTH_DEVELOPMENT_KEY',
    }),
    AUTH_URL: z
      .url()
      .optional()
      .meta({ description: 'The auth service from inside, for its feed of revoked tokens' }),
    AUTH_CLIENT_ID: z.string().default('catalog').meta({ description: 'This service’s client at auth' }),
    AUTH_CLIENT_SECRET: z
      .string()
      .optional()
      .meta({ description: 'The secret of that client; needed with AUTH_URL', secret: true }),
    AUTH_REVOCATION_CHANNEL: z
      .string()
      .default('auth:revocations')
      .meta({ description: 'Redis channel on which auth pushes revocations' }),
    AUTH_DEVELOPMENT_KEY: z
      .string()
      .refine(isPublicKey, 'expected a public EC key (JWK) with its kid')
      .optional()
      .meta({
        description:
          'Without auth: the public key (JWK) of tokens that `npm run token` makes; not in production',
        // No secret, but made where the secrets are, and so handed out as a file.
        secret: true,
      }),

    IMPORT_MAX_BYTES: z.coerce
      .number()
      .int()
      .min(1)
      .default(4 * 1024 ** 3)
      .meta({ description: 'Longest body of an import; a file is staged on disk, not in memory' }),
    TRANSFER_STALLED_SECONDS: z.coerce
      .number()
      .int()
      .min(1)
      .max(3600)
      .default(60)
      .meta({ description: 'How long a client may send nothing of an import, or take nothing of an export' }),

    ALLOWED_ORIGINS: csv().meta({ description: 'Browser origins that may read answers, comma-separated' }),
    TRUSTED_PROXIES: cidrList().meta({
      description: 'Address ranges whose X-Forwarded-For is believed, comma-separated CIDRs',
    }),
    RATE_LIMIT_PER_MINUTE: count(600, 'Requests per client address and minute, all routes together'),
  })
  .refine((config) => config.AUTH_JWKS_URL !== undefined || config.AUTH_DEVELOPMENT_KEY !== undefined, {
    path: ['AUTH_JWKS_URL'],
    message: 'is needed (or AUTH_DEVELOPMENT_KEY): somebody must say which tokens are good',
  })
  .refine((config) => config.AUTH_URL === undefined || config.AUTH_CLIENT_SECRET !== undefined, {
    path: ['AUTH_CLIENT_SECRET'],
    message: 'is needed with AUTH_URL: the feed of revoked tokens is for services only',
  })
  .refine((config) => config.NODE_ENV !== 'production' || config.AUTH_DEVELOPMENT_KEY === undefined, {
    path: ['AUTH_DEVELOPMENT_KEY'],
    message: 'must not be set in production: whoever has the repository’s tools could make tokens',
  })
  .refine((config) => config.NODE_ENV !== 'production' || isSafeFromListeners(config.PUBLIC_URL), {
    path: ['PUBLIC_URL'],
    message: 'must begin with https:// in production: tokens go there',
  })

export type Config = Readonly<z.output<typeof settings>>

/** @throws {ConfigError} naming everything that is missing or wrong */
export function readConfig(env: Record<string, string | undefined>): Config {
  return loadConfig(settings, env)
}

function isPublicKey(jwk: string): boolean {
  try {
    localKeys(jwk)
    return true
  } catch {
    return false
  }
}
