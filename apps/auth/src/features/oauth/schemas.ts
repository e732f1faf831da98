import { text } from '@fondasi/service'
import { z } from 'zod'

/** RFC 6749, section 3.1: a parameter without a value counts as left out. */
const parameter = (max: number) =>
  text({ max })
    .optional()
    .transform((value) => value || undefined)

/** Ids and secrets of this service fit into these lengths. */
export const clientParameters = z.object({
  client_id: parameter(64).meta({
    description: 'Leave out if you send it with HTTP Basic',
    example: 'catalog',
  }),
  client_secret: parameter(128).meta({
    description: 'Leave out if you send it with HTTP Basic',
    example: 'cs_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  }),
})

// Not strict: unknown parameters must be ignored (RFC 6749, section 3.2).
export const tokenRequest = clientParameters.extend({
  grant_type: text({ min: 1, max: 64 }).meta({ example: 'client_credentials' }),
  scope: parameter(4_096).meta({
    description: 'Scopes separated by spaces, a subset of those of the client. Leave out to get all of them',
    example: 'events:write',
  }),
})

/** The hint is ignored: the two kinds of token cannot be confused. */
export const tokenParameters = clientParameters.extend({
  token: text({ min: 1, max: 8_192 }).meta({ example: 'rt_AZNvDoo8fMKdHit9Pl9qcAAAAAA' }),
  token_type_hint: parameter(64).meta({ example: 'refresh_token' }),
})

export const tokenResponse = z.object({
  access_token: z.string().meta({ example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln' }),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds until the access token expires', example: 600 }),
  scope: z.string().meta({ example: 'events:write' }),
})

/** RFC 7662, section 2.2. For a token that is not valid, `active` is the only field. */
export const introspection = z.object({
  active: z.boolean().meta({ example: true }),
  token_type: z.enum(['Bearer', 'refresh_token']).optional(),
  client_id: z.string().optional().meta({ example: 'catalog' }),
  sub: z.string().optional().meta({ example: 'catalog' }),
  scope: z.string().optional().meta({ example: 'events:write' }),
  iss: z.string().optional().meta({ example: 'http://localhost:4100/auth' }),
  aud: z.string().optional().meta({ example: 'fondasi' }),
  jti: z.string().optional().meta({ example: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70' }),
  iat: z.int().optional().meta({ description: 'Seconds since the epoch', example: 1_795_000_000 }),
  exp: z.int().optional().meta({ description: 'Seconds since the epoch', example: 1_795_000_600 }),
})

const oauthError = z
  .object({
    error: z.string().meta({ example: 'invalid_client' }),
    error_description: z.string().meta({ example: 'The client id or the secret is wrong' }),
  })
  .meta({ id: 'OAuthError', description: 'RFC 6749, section 5.2' })

/** The failures of every OAuth endpoint. */
export const oauthErrors = { 400: oauthError, 401: oauthError }

const authMethods = z.array(z.string()).meta({ example: ['client_secret_basic', 'client_secret_post'] })

/** RFC 8414. */
export const serverMetadata = z.object({
  issuer: z.url().meta({ example: 'http://localhost:4100/auth' }),
  jwks_uri: z.url().meta({ example: 'http://localhost:4100/auth/.well-known/jwks.json' }),
  token_endpoint: z.url().meta({ example: 'http://localhost:4100/auth/v1/oauth/token' }),
  token_endpoint_auth_methods_supported: authMethods,
  grant_types_supported: z.array(z.string()).meta({ example: ['client_credentials'] }),
  response_types_supported: z.array(z.string()).meta({ example: [] }),
  introspection_endpoint: z.url().meta({ example: 'http://localhost:4100/auth/v1/oauth/introspect' }),
  introspection_endpoint_auth_methods_supported: authMethods,
  revocation_endpoint: z.url().meta({ example: 'http://localhost:4100/auth/v1/oauth/revoke' }),
  revocation_endpoint_auth_methods_supported: authMethods,
})
