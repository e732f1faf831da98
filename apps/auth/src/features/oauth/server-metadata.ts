import { problemResponses, type Service } from '@fondasi/service'
import type { Config } from '../../config.ts'
import { serverMetadata } from './schemas.ts'

/** The metadata changes only with a deployment. */
const maxAgeSeconds = 300
const withSecret = ['client_secret_basic', 'client_secret_post']

/** RFC 8414: where the endpoints are and what they support. Outside `/v1`, like the JWKS. */
export async function registerServerMetadata(app: Service, { config }: { config: Config }): Promise<void> {
  const base = config.PUBLIC_URL
  app.get(
    '/.well-known/oauth-authorization-server',
    {
      schema: {
        tags: ['oauth'],
        summary: 'Get the addresses and abilities of the OAuth endpoints (RFC 8414)',
        response: { 200: serverMetadata, ...problemResponses(429) },
      },
    },
    async (_request, reply) =>
      reply.header('cache-control', `public, max-age=${maxAgeSeconds}`).send({
        issuer: config.AUTH_ISSUER,
        jwks_uri: `${base}/.well-known/jwks.json`,
        token_endpoint: `${base}/v1/oauth/token`,
        token_endpoint_auth_methods_supported: withSecret,
        grant_types_supported: ['client_credentials'],
        // Required, and empty: there is no authorization endpoint.
        response_types_supported: [],
        introspection_endpoint: `${base}/v1/oauth/introspect`,
        introspection_endpoint_auth_methods_supported: withSecret,
        revocation_endpoint: `${base}/v1/oauth/revoke`,
        revocation_endpoint_auth_methods_supported: [...withSecret, 'none'],
      }),
  )
}
