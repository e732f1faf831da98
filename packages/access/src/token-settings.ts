import { always, baseUrl, httpUrl } from '@fondasi/config'
import { z } from 'zod'
import { localKeys } from './keys.ts'

/**
 * The settings of every service that accepts access tokens, besides auth itself. An app spreads them into its schema, and
 * passes the schema to `checkTokenSettings`.
 *
 * @param clientId of the service, where it calls others
 */
export function tokenSettings(clientId: string) {
  return {
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
    AUTH_CLIENT_ID: z.string().default(clientId).meta({ description: 'The OAuth client id of this service' }),
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
  }
}

type Checked = Pick<
  z.output<z.ZodObject<ReturnType<typeof tokenSettings>>>,
  'AUTH_JWKS_URL' | 'AUTH_URL' | 'AUTH_CLIENT_SECRET' | 'AUTH_DEVELOPMENT_KEY'
> & { NODE_ENV: string }

/** Adds the checks of settings that need each other. */
export function checkTokenSettings<Schema extends z.ZodType<Checked>>(schema: Schema): Schema {
  return schema
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
}

function isPublicKey(jwk: string): boolean {
  try {
    localKeys(jwk)
    return true
  } catch {
    return false
  }
}
