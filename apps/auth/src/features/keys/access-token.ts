import { v7 as uuidv7 } from 'uuid'
import type { Config } from '../../config.ts'

/**
 * Claims of an access token: those of RFC 9068, and the kit's own `tenant`. No personal data, since tokens end up in
 * logs.
 *
 * @param options.issuedAt by the clock of this process
 * @param options.databaseTime the issue time by the database's clock. It becomes the time in `jti` (a UUIDv7), and a
 * revocation of the subject is compared with it (ADR 5, 34)
 */
export function accessClaims(options: {
  config: Config
  issuedAt: Date
  databaseTime: Date
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
    jti: uuidv7({ msecs: options.databaseTime.getTime() }),
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
