import { clientSecretName, developmentKeyName, issuer } from '../services.ts'
import { developmentKey } from './development-key.ts'

/** Whose tokens a service takes: auth's where it runs, else those that `npm run token` makes. */
export function tokenSettings(
  service: string,
  { urlOf, secret }: { urlOf: (service: string) => string | undefined; secret: (name: string) => string },
): Record<string, string> {
  const auth = urlOf('auth')
  if (auth === undefined) {
    const { publicJwk } = developmentKey(secret(developmentKeyName))
    // Another auth than ours: its AUTH_JWKS_URL is taken instead of the key, when it is set.
    return { AUTH_ISSUER: process.env.AUTH_ISSUER ?? issuer, AUTH_DEVELOPMENT_KEY: JSON.stringify(publicJwk) }
  }
  return {
    AUTH_ISSUER: issuer,
    AUTH_JWKS_URL: `${auth}/.well-known/jwks.json`,
    AUTH_URL: auth,
    AUTH_CLIENT_ID: service,
    AUTH_CLIENT_SECRET: secret(clientSecretName(service)),
  }
}
