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
      .meta({ description: 'Redis for cached responses, if it differs from REDIS_URL', secret: true }),
    CURSOR_KEY: secretKey().meta({
      description: 'Signs list cursors; must be the same on every instance',
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
      description: 'JWKS URL of the keys of access tokens; if not set, AUTH_DEVELOPMENT_KEY is used',
    }),
    AUTH_URL: baseUrl()
      .optional()
      .meta({ description: 'Internal URL of the auth service, for its feed of revoked tokens' }),
    AUTH_CLIENT_ID: z
      .string()
      .default('catalog')
      .meta({ description: 'The OAuth client id of this service' }),
    AUTH_CLIENT_SECRET: z
      .string()
      .optional()
      .meta({ description: 'The secret of that client; required with AUTH_URL', secret: true }),
    AUTH_REVOCATION_CHANNEL: z
      .string()
      .default('auth:revocations')
      .meta({ description: 'Redis channel on which auth pushes revocations' }),
    AUTH_DEVELOPMENT_KEY: z
      .string()
      .refine(isPublicKey, 'must be a public EC key (JWK) with a kid')
      .optional()
      .meta({
        description:
          'Without auth: the public key (JWK) that verifies tokens from `npm run token`; refused in production',
        // Not a secret, but generated with the secrets and therefore delivered as a file.
        secret: true,
      }),

    IMPORT_MAX_BYTES: count(
      4 * 1024 ** 3,
      'Maximum size of an import; the file is staged in the database, not in memory',
      Number.MAX_SAFE_INTEGER,
    ),
    TRANSFER_STALLED_SECONDS: count(
      60,
      'How long a client may pause while it sends an import or reads an export',
      3600,
    ),
  })
  .refine((config) => config.AUTH_JWKS_URL !== undefined || config.AUTH_DEVELOPMENT_KEY !== undefined, {
    path: ['AUTH_JWKS_URL'],
    message: 'is required, unless AUTH_DEVELOPMENT_KEY is set: without either, no token can be verified',
    when: always,
  })
  .refine((config) => config.AUTH_URL === undefined || config.AUTH_CLIENT_SECRET !== undefined, {
    path: ['AUTH_CLIENT_SECRET'],
    message: 'is required with AUTH_URL: only services may read the feed of revoked tokens',
    when: always,
  })
  .refine((config) => config.NODE_ENV !== 'production' || config.AUTH_DEVELOPMENT_KEY === undefined, {
    path: ['AUTH_DEVELOPMENT_KEY'],
    message: 'must not be set in production: anybody with the repository’s tools could make tokens',
    when: always,
  })

export type Config = Readonly<z.output<typeof settings>>

/** @throws {ConfigError} that lists every missing or invalid setting */
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
