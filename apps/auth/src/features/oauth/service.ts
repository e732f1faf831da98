import { authenticateClient, recordFailedAuthentication } from './authenticate-client.ts'
import { type GrantDeps, grantToken } from './grant.ts'
import { findLiveToken, introspectionOf } from './live-token.ts'
import { type RevokeDeps, revokeToken } from './revoke-token.ts'

export type OAuthService = ReturnType<typeof createOAuthService>

/** What OAuth clients do at the token, introspection and revocation endpoints. */
export function createOAuthService(deps: GrantDeps & RevokeDeps) {
  return {
    authenticate: authenticateClient.bind(undefined, deps),
    recordFailure: recordFailedAuthentication.bind(undefined, deps),
    grant: grantToken.bind(undefined, deps),
    introspect: async (token: string) => introspectionOf(await findLiveToken(deps, token), deps.config),
    revoke: revokeToken.bind(undefined, deps),
  }
}
