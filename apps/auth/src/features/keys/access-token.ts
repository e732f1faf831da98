import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config.ts'

/**
 * Claims of an access token: those of RFC 9068, and the kit's own `tenant`. No personal data, since tokens end up in
 * logs.
 *
 * @param options.issuedAt is also the time in `jti` (a UUIDv7), in milliseconds. A revocation of the subject compares
 * its own time with it.
 */
export function accessClaims(options: {
  config: Config
  issuedAt: Date
  subject: string
  clientId: string
  roles: string[]
  scope: string[]
  /** The user's session; absent for a service. */
  session?: { id: string; amr: string[]; authTime: Date }
}) {
  const { config, issuedAt, session } = options
  const iat = Math.floor(issuedAt.getTime() / 1000)
  return {
    iss: config.AUTH_ISSUER,
    aud: config.AUTH_AUDIENCE,
    sub: options.subject,
    client_id: options.clientId,
    iat,
    exp: iat + config.ACCESS_TOKEN_SECONDS,
    jti: uuidv7({ msecs: issuedAt.getTime() }),
    tenant: config.AUTH_TENANT,
    roles: options.roles,
    scope: options.scope.join(' '),
    ...(session && {
      sid: session.id,
      amr: session.amr,
      auth_time: Math.floor(session.authTime.getTime() / 1000),
    }),
  }
}
