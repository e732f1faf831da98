import { problemResponses, type Service } from '@fondasi/service'
import type { Config } from '../../config.ts'
import { serverMetadata } from './schemas.ts'

/** The metadata changes only with a deployment. */
const maxAgeSeconds = 300
const withSecret = ['client_secret_basic', 'client_secret_post']

const wellKnownPath = '/.well-known/oauth-authorization-server'

/**
 * RFC 8414: where the endpoints are and what they support. Like the JWKS it is outside `/v1`. If the issuer has a path,
 * clients append that to the well-known path (section 3.1). A gateway that serves us below a prefix rewrites this address;
 * without one, we serve it ourselves.
 */
export async function registerServerMetadata(app: Service, { config }: { config: Config }): Promise<void> {
  const base = config.PUBLIC_URL
  const metadata = {
    issuer: config.AUTH_ISSUER,
    jwks_uri: `${base}/.well-known/jwks.json`,
    token_endpoint: `${base}/v1/oauth/token`,
    token_endpoint_auth_methods_supported: withSecret,
    grant_types_supported: ['client_credentials'],
    // Required by the RFC, and empty because no grant of this service redirects.
    response_types_supported: [],
    introspection_endpoint: `${base}/v1/oauth/introspect`,
    introspection_endpoint_auth_methods_supported: withSecret,
    revocation_endpoint: `${base}/v1/oauth/revoke`,
    revocation_endpoint_auth_methods_supported: [...withSecret, 'none'],
  }
  const schema = {
    tags: ['oauth'],
    operationId: 'getServerMetadata',
    summary: 'Get the addresses and capabilities of the OAuth endpoints (RFC 8414)',
    response: { 200: serverMetadata, ...problemResponses(429) },
  }
  const issuerPath = new URL(config.AUTH_ISSUER).pathname
  const paths = issuerPath === '/' ? [wellKnownPath] : [wellKnownPath, `${wellKnownPath}${issuerPath}`]
  for (const path of paths) {
    // The API reference shows the fixed path only: the other one depends on the deployment.
    app.get(path, { schema: { ...schema, hide: path !== wellKnownPath } }, async (_request, reply) =>
      reply.header('cache-control', `public, max-age=${maxAgeSeconds}`).send(metadata),
    )
  }
}
