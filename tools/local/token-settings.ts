import { clientSecretName, developmentIssuer, developmentKeyName } from '../services.ts'
import { developmentKey } from './development-key.ts'

/** The settings for the tokens that a service accepts: auth's where auth runs, otherwise those of `npm run token`. */
export function tokenSettings(
  service: string,
  { urlOf, secret }: { urlOf: (service: string) => string | undefined; secret: (name: string) => string },
): Record<string, string> {
  const auth = urlOf('auth')
  if (auth === undefined) {
    const { publicJwk } = developmentKey(secret(developmentKeyName))
    // The user may have an auth of their own: if AUTH_JWKS_URL is set, the service uses it instead of this key.
    return {
      AUTH_ISSUER: process.env.AUTH_ISSUER ?? developmentIssuer,
      AUTH_DEVELOPMENT_KEY: JSON.stringify(publicJwk),
    }
  }
  return {
    AUTH_ISSUER: auth,
    AUTH_JWKS_URL: `${auth}/.well-known/jwks.json`,
    AUTH_URL: auth,
    AUTH_CLIENT_ID: service,
    AUTH_CLIENT_SECRET: secret(clientSecretName(service)),
  }
}
