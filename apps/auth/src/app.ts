import cookie from '@fastify/cookie'
import { type Access, createProtectedService, type RoleTable, type ServiceDeps } from '@fondasi/access'
import { createSealer, type Sealer } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { createCursorCodec, type Service } from '@fondasi/service'
import type { Config } from './config.ts'
import { registerClients } from './features/clients/routes.ts'
import { createClientService } from './features/clients/service.ts'
import type { PasswordHasher } from './features/credentials/password-hasher.ts'
import { registerEvents } from './features/events/routes.ts'
import { createEventService } from './features/events/service.ts'
import type { DerivedKeys } from './features/keys/derived-keys.ts'
import { registerKeys } from './features/keys/routes.ts'
import type { KeyStore } from './features/keys/service.ts'
import { createDeviceCookies } from './features/login/device-cookie.ts'
import { createLoginThrottle } from './features/login/login-throttle.ts'
import { registerLogin } from './features/login/routes.ts'
import { createLoginService } from './features/login/service.ts'
import { registerMe } from './features/me/routes.ts'
import { createMeService } from './features/me/service.ts'
import { registerOAuth } from './features/oauth/routes.ts'
import { registerServerMetadata } from './features/oauth/server-metadata.ts'
import { createOAuthService } from './features/oauth/service.ts'
import { registerPages } from './features/pages/routes.ts'
import { registerPasswords } from './features/passwords/routes.ts'
import { createPasswordService } from './features/passwords/service.ts'
import { registerRegistration } from './features/registration/routes.ts'
import { createRegistrationService } from './features/registration/service.ts'
import { registerRevocations } from './features/revocations/routes.ts'
import type { Revocations } from './features/revocations/service.ts'
import { createRefreshTokens } from './features/sessions/refresh-token.ts'
import { registerSessions } from './features/sessions/routes.ts'
import { createSessionService } from './features/sessions/service.ts'
import { registerUsers } from './features/users/routes.ts'
import { createUserService } from './features/users/service.ts'
import type { AuthMetrics } from './metrics.ts'

/*
 * A feature imports only from the features before it in this order:
 *
 * events, revocations, credentials   import from no other feature
 * keys, accounts, mail               what several features share: signing, accounts, mail limits
 * sessions, login                    signing in and staying signed in
 * registration, passwords, me        what people do with their own account
 * users, clients, oauth              administration and service accounts
 * pages                              imports from no other feature
 */

/** What outlives a request: created in main.ts and create-auth.ts, passed down, and closed there. */
export interface AppDeps extends ServiceDeps {
  config: Config
  authMetrics: AuthMetrics
  db: Db
  derivedKeys: DerivedKeys
  /** Encrypts the secrets in outbox messages. */
  sealer: Sealer
  keys: KeyStore
  hasher: PasswordHasher
  revocations: Revocations
}

/** The roles that have permissions in this service. */
const roles: RoleTable = {
  admin: ['*:*'],
}

/** Builds the service. It does not listen, read the environment or start anything that must be stopped. */
export async function buildApp(deps: AppDeps): Promise<{ app: Service; drain: () => void }> {
  const about = {
    name: 'auth',
    version: '0.1.0',
    title: 'Auth',
    description: 'Accounts, JWT access tokens, rotating refresh tokens and rate limiting.',
  }
  const { app, access, drain } = await createProtectedService(about, roles, deps)
  await app.register(cookie)
  await registerFeatures(app, access, deps)
  return { app, drain }
}

/** Creates each feature's service and gives each feature what it declares. The API reference has the same order. */
async function registerFeatures(app: Service, access: Access, deps: AppDeps): Promise<void> {
  const { config, clock, derivedKeys, keys, revocations } = deps
  const cursors = createCursorCodec(derivedKeys.cursors, clock)
  const sessions = createSessionService({ ...deps, tokens: createRefreshTokens(derivedKeys) })
  const throttle = createLoginThrottle({
    ...deps,
    key: derivedKeys.throttle,
    registry: deps.metrics.registry,
  })
  const devices = createDeviceCookies({ key: derivedKeys.devices, clock, config })
  const login = createLoginService({ ...deps, sessions, throttle })
  const registration = createRegistrationService(deps)
  const passwords = createPasswordService({ ...deps, login })
  const me = createMeService(deps)
  const users = createUserService(deps)
  const events = createEventService(deps)
  const clients = createClientService({ ...deps, sealer: createSealer(derivedKeys.answers) })
  const oauth = createOAuthService({ ...deps, access, sessions })

  await app.register(
    async (v1: Service) => {
      await registerRegistration(v1, { config, throttleKey: derivedKeys.throttle, registration })
      await registerLogin(v1, { config, keys, login, devices })
      await registerPasswords(v1, { access, config, throttleKey: derivedKeys.throttle, passwords })
      await registerSessions(v1, { access, config, cursors, keys, sessions })
      await registerMe(v1, { access, config, login, me })
      await registerUsers(v1, { access, cursors, login, users })
      await registerEvents(v1, { access, cursors, events })
      await registerClients(v1, { access, cursors, clients })
      await registerOAuth(v1, { config, keys, oauth })
      await registerRevocations(v1, { access, revocations })
    },
    { prefix: '/v1' },
  )
  await registerServerMetadata(app, { config })
  await registerKeys(app, { keys })
  await registerPages(app)
}
