import cookie from '@fastify/cookie'
import { type Access, createProtectedService, type RoleTable, type ServiceDeps } from '@fondasi/access'
import type { Sealer } from '@fondasi/outbox'
import type { Db } from '@fondasi/postgres'
import { type CursorCodec, createCursorCodec, type Service } from '@fondasi/service'
import type { Config } from './config.ts'
import { registerClients } from './features/clients/routes.ts'
import { registerEvents } from './features/events/routes.ts'
import { createEventService, type EventService } from './features/events/service.ts'
import type { DerivedKeys } from './features/keys/derived-keys.ts'
import { registerKeys } from './features/keys/routes.ts'
import type { KeyStore } from './features/keys/service.ts'
import { createLoginThrottle } from './features/login/login-throttle.ts'
import { registerLogin } from './features/login/routes.ts'
import { createLoginService, type LoginService } from './features/login/service.ts'
import { registerMe } from './features/me/routes.ts'
import { createMeService, type MeService } from './features/me/service.ts'
import { registerOAuth } from './features/oauth/routes.ts'
import { registerServerMetadata } from './features/oauth/server-metadata.ts'
import { registerPages } from './features/pages/routes.ts'
import type { PasswordHasher } from './features/passwords/password-hasher.ts'
import { registerPasswords } from './features/passwords/routes.ts'
import { createPasswordService, type PasswordService } from './features/passwords/service.ts'
import { registerRegistration } from './features/registration/routes.ts'
import { createRegistrationService, type RegistrationService } from './features/registration/service.ts'
import { registerRevocations } from './features/revocations/routes.ts'
import type { Revocations } from './features/revocations/service.ts'
import { createRefreshTokens } from './features/sessions/refresh-token.ts'
import { registerSessions } from './features/sessions/routes.ts'
import { createSessionService, type SessionService } from './features/sessions/service.ts'
import { registerUsers } from './features/users/routes.ts'
import { createUserService, type UserService } from './features/users/service.ts'
import type { AuthMetrics } from './metrics.ts'

/** What lives longer than a request: made in main.ts and create-auth.ts, handed down, closed there. */
export interface AppDeps extends ServiceDeps {
  config: Config
  authMetrics: AuthMetrics
  db: Db
  derivedKeys: DerivedKeys
  /** Seals what must not stand in a message in the clear. */
  sealer: Sealer
  keys: KeyStore
  hasher: PasswordHasher
  revocations: Revocations
}

/** What a feature gets: the process's dependencies and what buildApp made of them. */
export interface FeatureDeps extends AppDeps {
  access: Access
  cursors: CursorCodec
  sessions: SessionService
  registration: RegistrationService
  login: LoginService
  passwords: PasswordService
  me: MeService
  users: UserService
  events: EventService
}

/** Roles that mean something here. */
const roles: RoleTable = {
  admin: ['*:*'],
}

/**
 * Builds the service from its dependencies: the features in reading order. Never listens, never reads the
 * environment, starts nothing that must be stopped.
 */
export async function buildApp(deps: AppDeps): Promise<{ app: Service; drain: () => void }> {
  const about = {
    name: 'auth',
    version: '0.1.0',
    title: 'Auth',
    description: 'Accounts, JWT access tokens, rotating refresh tokens and rate limiting.',
  }
  const { app, access, drain } = await createProtectedService(about, roles, deps)
  await app.register(cookie)

  const tokens = createRefreshTokens(deps.derivedKeys)
  const sessions = createSessionService({ ...deps, tokens })
  const throttle = createLoginThrottle({
    ...deps,
    key: deps.derivedKeys.throttle,
    registry: deps.metrics.registry,
  })
  const login = createLoginService({ ...deps, sessions, throttle })
  const feature: FeatureDeps = {
    ...deps,
    access,
    cursors: createCursorCodec(deps.derivedKeys.cursors, deps.clock),
    registration: createRegistrationService(deps),
    sessions,
    login,
    passwords: createPasswordService({ ...deps, login }),
    me: createMeService(deps),
    users: createUserService(deps),
    events: createEventService(deps),
  }
  await registerKeys(app, feature)
  await registerServerMetadata(app, feature)
  await registerPages(app)
  await app.register(
    async (v1: Service) => {
      await registerRegistration(v1, feature)
      await registerLogin(v1, feature)
      await registerPasswords(v1, feature)
      await registerSessions(v1, feature)
      await registerRevocations(v1, feature)
      await registerMe(v1, feature)
      await registerUsers(v1, feature)
      await registerEvents(v1, feature)
      await registerClients(v1, feature)
      await registerOAuth(v1, feature)
    },
    { prefix: '/v1' },
  )
  return { app, drain }
}
