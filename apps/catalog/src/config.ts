import { localKeys } from '@fondasi/access'
import {
  always,
  baseUrl,
  count,
  httpUrl,
  loadConfig,
  redisUrl,
  secretKey,
  serviceSettings,
} from '@fondasi/config'
import { z } from 'zod'

/** Every setting of the service. The table in the README and `.env.example` are generated from here. */
export const settings = z
  .object({
    ...serviceSettings({ name: 'catalog', port: 4102, requestsPerMinute: 600 }),

    CACHE_REDIS_URL: redisUrl()
      .optional()
      .meta({ description: 'Redis for cached answers, when it is another one', secret: true }),
    CURSOR_KEY: secretKey().meta({
      description: 'Signs list cursors: the same on every instance',
      secret: true,
      demo: 'ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMzI',
    }),

    AUTH_ISSUER: baseUrl()
      .default('http://localhost:4100/auth')
      .meta({ description: 'The `iss` that access tokens must have' }),
    AUTH_AUDIENCE: z
      .string()
      .min(1)
      .default('fondasi')
      .meta({ description: 'The `aud` that access tokens must have' }),
    AUTH_JWKS_URL: httpUrl().optional().meta({
      description: 'Where the keys of access tokens are fetched; not set: AUTH_DEVELOPMENT_KEY',
    }),
    AUTH_URL: baseUrl()
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

    IMPORT_MAX_BYTES: count(
      4 * 1024 ** 3,
      'Longest body of an import; a file is staged on disk, not in memory',
      Number.MAX_SAFE_INTEGER,
    ),
    TRANSFER_STALLED_SECONDS: count(
      60,
      'How long a client may send nothing of an import, or take nothing of an export',
      3600,
    ),
  })
  .refine((config) => config.AUTH_JWKS_URL !== undefined || config.AUTH_DEVELOPMENT_KEY !== undefined, {
    path: ['AUTH_JWKS_URL'],
    message: 'is needed (or AUTH_DEVELOPMENT_KEY): somebody must say which tokens are good',
    when: always,
  })
  .refine((config) => config.AUTH_URL === undefined || config.AUTH_CLIENT_SECRET !== undefined, {
    path: ['AUTH_CLIENT_SECRET'],
    message: 'is needed with AUTH_URL: the feed of revoked tokens is for services only',
    when: always,
  })
  .refine((config) => config.NODE_ENV !== 'production' || config.AUTH_DEVELOPMENT_KEY === undefined, {
    path: ['AUTH_DEVELOPMENT_KEY'],
    message: 'must not be set in production: whoever has the repository’s tools could make tokens',
    when: always,
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
